package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import java.io.IOException;

/**
 * What a container is shown at the target of a mount, until it is closed.
 *
 * @param source a path on the engine's file system, or the name of a volume
 * @param directory whether it is a directory; else a file
 * @param release lets it go
 */
public record MountSource(MountType type, String source, boolean directory, Undo.Action release)
    implements AutoCloseable {

  /** A file or directory of the engine's host. */
  public static MountSource path(String source, boolean directory, Undo.Action release) {
    return new MountSource(MountType.BIND, source, directory, release);
  }

  /** A volume of the engine. */
  public static MountSource volume(String name, Undo.Action release) {
    return new MountSource(MountType.VOLUME, name, true, release);
  }

  /** The mount in the engine's words. */
  public Mount at(String target, boolean readOnly) {
    return new Mount().withType(type).withSource(source).withTarget(target).withReadOnly(readOnly);
  }

  @Override
  public void close() throws IOException {
    release.run();
  }
}
