package io.jenkins.plugins.dockerfilebuild.build;

import java.nio.file.Path;

/**
 * One thing that is made of the image when it is built, beside its staying in the engine.
 *
 * @param scratch a directory of this machine that has room for the image once; is made if missing
 */
public record ImageOutput(Type type, OutputTarget target, Path scratch) {

  /** What is written; the names are those of BuildKit's exporters. */
  public enum Type {
    /** An archive for {@code docker load}. */
    DOCKER,
    /** An archive of an OCI image layout. */
    OCI,
    /** An archive of the files of the image. */
    TAR,
    /** The files of the image. */
    LOCAL;

    /** What messages call it. */
    String words() {
      return switch (this) {
        case DOCKER -> "an archive of the image";
        case OCI -> "an OCI archive of the image";
        case TAR -> "an archive of the image's files";
        case LOCAL -> "the image's files";
      };
    }
  }
}
