package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Optional;

/**
 * One {@code --mount} of a RUN. Defaults, order rules and error texts are BuildKit's ({@code
 * frontend/dockerfile/instructions/commands_runmount.go}).
 */
public sealed interface Mount {

  /**
   * Where it appears; may be relative to WORKDIR; empty where the type has a default of its own.
   */
  String target();

  boolean readOnly();

  /**
   * @param from a stage, an image or a named build context; empty: the build context
   * @param source a path below {@code from}; "" is its root
   */
  record Bind(String target, boolean readOnly, Optional<String> from, String source)
      implements Mount {}

  /**
   * @param sizeBytes empty: no limit of ours
   */
  record Tmpfs(String target, boolean readOnly, Optional<Long> sizeBytes) implements Mount {}

  /**
   * @param id as given, or the cleaned target
   * @param from stage or image that a new directory starts from
   * @param mode permission bits of a new directory
   */
  record Cache(
      String target,
      boolean readOnly,
      String id,
      Sharing sharing,
      Optional<String> from,
      String source,
      Optional<Integer> mode,
      Optional<Integer> uid,
      Optional<Integer> gid)
      implements Mount {}

  /**
   * @param env name of the variable that receives the value
   * @param required whether the build fails without it
   */
  record Secret(
      String target, String id, Optional<String> env, boolean required, int mode, int uid, int gid)
      implements Mount {
    @Override
    public boolean readOnly() {
      return true;
    }
  }

  record Ssh(String target, String id, boolean required, int mode, int uid, int gid)
      implements Mount {
    @Override
    public boolean readOnly() {
      return true;
    }
  }

  /** Who may use a cache directory at the same time. */
  enum Sharing {
    SHARED,
    PRIVATE,
    LOCKED
  }
}
