package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Optional;
import java.util.function.UnaryOperator;

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
   * The mount that a flag means.
   *
   * @param flagValue what stands behind {@code --mount=}
   * @param expansion puts variables into the value of an option
   * @throws DockerfileException without a place, if the flag is refused
   */
  static Mount parse(String flagValue, UnaryOperator<String> expansion) {
    return MountOptions.parse(flagValue, expansion).mount();
  }

  /**
   * The stage or image that a flag names with {@code from}, which holds no variables: what a RUN
   * depends on can be told before they have values.
   *
   * @throws DockerfileException without a place, if the flag is not well-formed
   */
  static Optional<String> from(String flagValue) {
    return MountOptions.from(flagValue);
  }

  /**
   * The absolute path where a container sees this mount: the target, below WORKDIR if it is
   * relative.
   *
   * @param workingDirectory an absolute path, in force at the RUN
   * @throws DockerfileException without a place, if it would hide the whole file system
   */
  default String targetIn(String workingDirectory) {
    String absolute = target().startsWith("/") ? target() : workingDirectory + "/" + target();
    String clean = SlashPath.clean("/" + absolute);
    if (clean.equals("/")) {
      throw new DockerfileException("invalid mount target " + Quoted.of(clean));
    }
    return clean;
  }

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
   * @param from stage or image that a new directory starts from; empty: nothing
   * @param source a path in the cache directory that alone is mounted; "" is all of it
   * @param mode permission bits of a new directory; empty, as uid and gid: BuildKit's default, a
   *     directory of root with 0755
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
   * @param target empty if the secret is only to be in {@code env}
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

  /**
   * @param target of the socket; empty: {@code /run/buildkit/ssh_agent.N}, N counting the RUN's
   *     sockets from 0
   */
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
