package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.model.Job;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.scm.api.SCMHead;
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

  /** Whether a job builds what somebody proposes for a branch, such as a pull request. */
  static boolean isChangeRequest(Job<?, ?> job) {
    return isKnown() && Known.isChangeRequest(job);
  }

  private static boolean isKnown() {
    return Jenkins.get().getPlugin("scm-api") != null;
  }

  /** Loaded only where the classes that it names are there. */
  private static final class Known {

    static boolean isBranch(Job<?, ?> job) {
      return SCMHead.HeadByItem.findHead(job) != null;
    }

    static boolean isChangeRequest(Job<?, ?> job) {
      return SCMHead.HeadByItem.findHead(job) instanceof ChangeRequestSCMHead;
    }
  }
}
