package io.jenkins.plugins.dockerfilebuild.build;

import java.nio.file.Path;

/**
 * One thing that is made of the image when it is built, beside its staying in the engine.
 *
 * @param type what the user asked for
 * @param written what the target is given; it makes the rest where that is another type
 * @param scratch a directory of this machine that has room for the image once; is made if missing
 */
public record ImageOutput(Type type, Type written, OutputTarget target, Path scratch) {

  /** For a target that is given what the user asked for. */
  public ImageOutput(Type type, OutputTarget target, Path scratch) {
    this(type, type, target, scratch);
  }

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
