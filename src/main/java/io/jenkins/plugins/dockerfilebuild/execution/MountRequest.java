package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.Optional;

/** A mount of a RUN with everything resolved. {@code target} is absolute and clean. */
public sealed interface MountRequest {

  String target();

  /** A tree of the build context, a blob on the agent as are its files. */
  record ContextBind(String target, boolean readOnly, Digest tree) implements MountRequest {}

  /** A path of an image or of a finished stage; {@code ""} is its root. */
  record ImageBind(String target, boolean readOnly, String imageId, String path)
      implements MountRequest {}

  record Tmpfs(String target, boolean readOnly, Optional<Long> sizeBytes) implements MountRequest {}

  /**
   * A cache directory.
   *
   * @param namespace and {@code id} find the directory again
   * @param source a path inside the cache directory
   * @param seedImage where a new directory takes its first content from, at {@code source}
   * @param seedIdentity identifies the seed's content: other content, another directory
   */
  record Cache(
      String target,
      boolean readOnly,
      String namespace,
      String id,
      String sharing,
      String source,
      Optional<String> seedImage,
      Optional<String> seedIdentity,
      int mode,
      int uid,
      int gid)
      implements MountRequest {}

  /** A secret's bytes, as a file that never touches a layer; never printed. */
  record Secret(String target, Bytes content, int mode, int uid, int gid) implements MountRequest {}

  /** An SSH agent of the caller's as a socket; see {@link StepOutput#sshAgent}. */
  record Ssh(String target, String id, int mode, int uid, int gid) implements MountRequest {}
}
