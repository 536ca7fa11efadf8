package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheLeases;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import java.io.IOException;
import java.time.Duration;

/**
 * Shows containers what the agent keeps. There is one for agents that share a file system with
 * their engine and one for those that do not; a {@link StorageProbe} finds out which. Thread-safe.
 */
interface MountSources {

  /**
   * A tree of a build context, read-only: nobody may write to it.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.content.ContentMissingException a blob of the tree,
   *     or the tree's own, is not here
   */
  MountSource tree(TreeReference tree) throws IOException;

  /**
   * What an image holds at a path, read-only likewise; {@code ""} is its root.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException there is no such
   *     path in the image
   */
  MountSource image(String imageId, String path) throws IOException;

  /** An executable file of root's. */
  MountSource script(Bytes content) throws IOException;

  /** In memory where there is a place for that, so that no disk ever holds it. */
  MountSource secret(MountRequest.Secret secret) throws IOException;

  /** A socket behind which an SSH agent of the caller's answers. */
  MountSource sshAgent(MountRequest.Ssh ssh, StepOutput output) throws IOException;

  /** The directory of a cache, held by the caller as long as it is shown. */
  MountSource cache(CacheLeases.CacheLease lease) throws IOException;

  /** A private view of another source that can be written to and is thrown away. */
  MountSource writable(MountSource source) throws IOException;

  /** Directories that are kept to be shown again. */
  DirectorySize usage() throws IOException;

  /**
   * Removes what nobody uses, the longest unused first, until no more than {@code keepBytes} are
   * left; only what was not used for {@code olderThan}.
   *
   * @return what was removed
   */
  DirectorySize prune(long keepBytes, Duration olderThan) throws IOException;
}
