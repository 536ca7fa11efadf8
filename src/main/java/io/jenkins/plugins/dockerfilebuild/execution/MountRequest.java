package io.jenkins.plugins.dockerfilebuild.execution;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.util.Optional;

/** A mount of a RUN with everything resolved. {@code target} is absolute and clean. */
public sealed interface MountRequest {

  String target();

  /** A tree of the build context. */
  record ContextBind(String target, boolean readOnly, TreeReference tree) implements MountRequest {}

  /** A path of an image or of a finished stage; {@code ""} is its root. */
  record ImageBind(String target, boolean readOnly, String imageId, String path)
      implements MountRequest {}

  record Tmpfs(String target, boolean readOnly, Optional<Long> sizeBytes) implements MountRequest {}

  /**
   * A cache directory.
   *
   * @param sharing for a directory that is not in use yet; {@code use} has settled it otherwise
   * @param source a path inside the cache directory
   * @param seedImage where a new directory takes its first content from, at {@code source}
   * @param use the handle of a directory that {@link CacheReplicas#open} took; without one the
   *     agent takes its own for as long as the step runs
   */
  record Cache(
      String target,
      boolean readOnly,
      CacheKey key,
      CacheSharing sharing,
      String source,
      Optional<String> seedImage,
      Optional<String> use)
      implements MountRequest {

    public String id() {
      return key.id();
    }
  }

  /** A secret's bytes, as a file that never touches a layer; never printed. */
  record Secret(String target, Bytes content, int mode, int uid, int gid) implements MountRequest {}

  /** An SSH agent of the caller's as a socket; see {@link StepOutput#sshAgent}. */
  record Ssh(String target, String id, int mode, int uid, int gid) implements MountRequest {}
}
