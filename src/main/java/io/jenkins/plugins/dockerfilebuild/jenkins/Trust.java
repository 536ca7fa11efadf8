package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.AbortException;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RemoteContent;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.content.RemoteSources;
import io.jenkins.plugins.dockerfilebuild.jenkins.administration.DockerfileBuildGlobalConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.ClusterConfiguration;
import io.jenkins.plugins.dockerfilebuild.jenkins.cluster.ClusterRole;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import jenkins.model.Jenkins;

/**
 * Which cache directories a build sees and what it may do with them. A change request of somebody
 * whom the project does not trust reads its project's directories, and what it writes stays its
 * own. Immutable.
 */
final class Trust {

  /**
   * Before namespaces that jobs name. The name of an item cannot hold the colon ({@code
   * Jenkins.checkGoodName}), so nobody gets at the directories of a job by naming it: who may
   * configure one job need not be allowed to see, or to fill, what another runs.
   */
  private static final String SHARED = "shared:";

  /** Of a controller's id; enough that no two of a cluster begin alike. */
  private static final int ID_LENGTH = 12;

  private final Job<?, ?> job;
  private final boolean untrusted;

  private Trust(Job<?, ?> job, boolean untrusted) {
    this.job = job;
    this.untrusted = untrusted;
  }

  /** Asks who made what the run builds. */
  static Trust of(Run<?, ?> run, TaskListener listener) throws IOException, InterruptedException {
    return new Trust(run.getParent(), Branches.isUntrusted(run, listener));
  }

  /**
   * The namespace of a job's cache directories: the job, or the multibranch project that it is a
   * branch of, so that branches warm each other up; in a cluster, of this controller alone. One
   * that it names is shared with all jobs that name the same, and with no other.
   *
   * @throws AbortException an untrusted change names one: it could read other projects' files
   */
  String namespace(DockerfileBuildConfiguration configuration) throws AbortException {
    if (configuration.cacheNamespace().isPresent() && untrusted) {
      throw new AbortException(
          "cacheNamespace: builds of changes from people whom the project does not trust use the"
              + " namespace of the project; leave it out");
    }
    return configuration
        .cacheNamespace()
        .map(SHARED::concat)
        .orElseGet(() -> controller() + Branches.project(job).orElseGet(job::getFullName));
  }

  /** Others configure the job of the same name that another controller of a cluster may have. */
  private static String controller() {
    ClusterConfiguration cluster = DockerfileBuildGlobalConfiguration.get().getCluster();
    return cluster.getRole().equals(ClusterRole.NONE.word())
        ? ""
        : Jenkins.get().getLegacyInstanceId().substring(0, ID_LENGTH) + ":";
  }

  /** What the build may do: of an untrusted change, no more than fork. */
  CachePolicy policy(DockerfileBuildConfiguration configuration) {
    CacheAccess asked = configuration.cacheAccess();
    boolean allowed = asked != CacheAccess.READ_WRITE || !untrusted;
    return (allowed ? asked : CacheAccess.FORK).of(job);
  }

  /** What everybody should know who reads the log. */
  Optional<String> notice() {
    return untrusted
        ? Optional.of("this is a change from somebody whom the project does not trust")
        : Optional.empty();
  }

  /**
   * What ADD may take from networks: of an untrusted change no git repositories, for the program
   * git on an agent has the logins of the agent's user, which commands in containers have not.
   */
  RemoteSources sources(RemoteSources all) {
    if (!untrusted) {
      return all;
    }
    return new RemoteSources() {
      @Override
      public RemoteContent fetch(RemoteSource source) throws InterruptedException {
        if (source instanceof RemoteSource.Git) {
          throw new ContextException(
              "ADD of "
                  + source.text()
                  + ": a change from somebody whom the project does not trust may not use the git"
                  + " logins of an agent; clone it in a RUN instead");
        }
        return all.fetch(source);
      }

      @Override
      public Optional<InputStream> open(Digest content) throws IOException {
        return all.open(content);
      }
    };
  }
}
