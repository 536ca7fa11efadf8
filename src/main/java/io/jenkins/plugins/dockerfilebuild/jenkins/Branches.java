package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.scm.api.SCMHead;
import jenkins.scm.api.SCMRevision;
import jenkins.scm.api.SCMRevisionAction;
import jenkins.scm.api.SCMSource;
import jenkins.scm.api.mixin.ChangeRequestSCMHead;

/** What there is to know of branches, where the plugin for them is installed. */
final class Branches {

  private Branches() {}

  /** The full name of the multibranch project that a job is a branch of. */
  static Optional<String> project(Job<?, ?> job) {
    return isKnown() && Known.isBranch(job)
        ? Optional.of(job.getParent().getFullName())
        : Optional.empty();
  }

  /**
   * Whether a run builds what somebody proposed whom its project does not trust, such as a pull
   * request from a fork: the project's source of branches decides, as it does about Jenkinsfiles. A
   * proposal of which that is not known is not trusted.
   */
  static boolean isUntrusted(Run<?, ?> run, TaskListener listener)
      throws IOException, InterruptedException {
    return isKnown() && Known.isUntrusted(run, listener);
  }

  private static boolean isKnown() {
    return Jenkins.get().getPlugin("scm-api") != null;
  }

  /** Loaded only where the classes that it names are there. */
  private static final class Known {

    static boolean isBranch(Job<?, ?> job) {
      return SCMHead.HeadByItem.findHead(job) != null;
    }

    static boolean isUntrusted(Run<?, ?> run, TaskListener listener)
        throws IOException, InterruptedException {
      Job<?, ?> job = run.getParent();
      if (!(SCMHead.HeadByItem.findHead(job) instanceof ChangeRequestSCMHead)) {
        return false;
      }
      SCMSource source = SCMSource.SourceByItem.findSource(job);
      SCMRevision revision = source == null ? null : SCMRevisionAction.getRevision(source, run);
      return revision == null || !revision.equals(source.getTrustedRevision(revision, listener));
    }
  }
}
