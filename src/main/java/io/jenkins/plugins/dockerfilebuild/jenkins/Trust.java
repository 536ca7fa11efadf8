package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.AbortException;
import hudson.model.Job;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;

/**
 * Which cache directories a build sees and what it may do with them. A change request is whatever
 * somebody proposes: its build reads its project's directories, and what it writes stays its own.
 */
final class Trust {

  private Trust() {}

  /**
   * The namespace of a job's cache directories: the one that it names, else the job, or the
   * multibranch project that it is a branch of, so that branches warm each other up.
   *
   * @throws AbortException a change request names a namespace: it could read other projects' files
   */
  static String namespace(DockerfileBuildConfiguration configuration, Job<?, ?> job)
      throws AbortException {
    if (configuration.cacheNamespace().isPresent() && Branches.isChangeRequest(job)) {
      throw new AbortException(
          "cacheNamespace: builds of change requests use the namespace of their project; leave it"
              + " out");
    }
    return configuration
        .cacheNamespace()
        .or(() -> Branches.project(job))
        .orElseGet(job::getFullName);
  }

  /** What the build may do: of a change request, no more than fork. */
  static CachePolicy policy(DockerfileBuildConfiguration configuration, Job<?, ?> job) {
    CacheAccess asked = configuration.cacheAccess();
    boolean trusted = asked != CacheAccess.READ_WRITE || !Branches.isChangeRequest(job);
    return (trusted ? asked : CacheAccess.FORK).of(job);
  }
}
