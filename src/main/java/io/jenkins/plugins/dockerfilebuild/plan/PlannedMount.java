package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Mount.Sharing;
import java.util.Optional;
import java.util.stream.Stream;

/** A mount of a RUN with variables expanded and sources found. {@code target} is absolute. */
public sealed interface PlannedMount {

  String target();

  boolean readOnly();

  /** What it takes files from. */
  default Stream<PlannedSource> takesFrom() {
    return Stream.empty();
  }

  /**
   * Shows files; what is written there is lost with the step.
   *
   * @param source a {@link PlannedSource.Context} or {@link PlannedSource.Files} of one path
   */
  record Bind(String target, boolean readOnly, PlannedSource source) implements PlannedMount {
    @Override
    public Stream<PlannedSource> takesFrom() {
      return Stream.of(source);
    }
  }

  /**
   * @param sizeBytes empty: no limit of ours
   */
  record Tmpfs(String target, boolean readOnly, Optional<Long> sizeBytes) implements PlannedMount {}

  /** A cache directory. {@code source} is a path inside it, {@code ""} all of it. */
  record Cache(String target, boolean readOnly, Directory directory, String source)
      implements PlannedMount {
    @Override
    public Stream<PlannedSource> takesFrom() {
      return directory.seed().stream().map(PlannedSource.class::cast);
    }
  }

  /**
   * What finds a cache directory again, and how a new one is made.
   *
   * @param seed where a new directory takes its first content from
   * @param mode of a new directory, as are {@code uid} and {@code gid}
   */
  record Directory(
      String namespace,
      String id,
      Sharing sharing,
      Optional<PlannedSource.Files> seed,
      int mode,
      int uid,
      int gid) {}

  /**
   * A secret, as a file or as a variable.
   *
   * @param target {@code ""} where it is only a variable
   * @param environment the variable's name
   * @param required whether the step fails without it
   */
  record Secret(
      String target, String id, Optional<String> environment, boolean required, Ownership access)
      implements PlannedMount {
    @Override
    public boolean readOnly() {
      return true;
    }
  }

  /** The user's SSH agent as a socket. */
  record Ssh(String target, String id, boolean required, Ownership access) implements PlannedMount {
    @Override
    public boolean readOnly() {
      return true;
    }
  }

  /** Permission bits and owner of a file or socket that a mount makes. */
  record Ownership(int mode, int uid, int gid) {}
}
