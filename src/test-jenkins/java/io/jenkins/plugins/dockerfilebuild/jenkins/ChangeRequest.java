package io.jenkins.plugins.dockerfilebuild.jenkins;

import jenkins.scm.api.SCMHead;
import jenkins.scm.api.SCMRevision;
import jenkins.scm.api.mixin.ChangeRequestSCMHead;

/** A change request to {@code main}, as a source of branches offers it. */
final class ChangeRequest extends SCMHead implements ChangeRequestSCMHead {

  private static final long serialVersionUID = 1L;

  ChangeRequest(String name) {
    super(name);
  }

  @Override
  public String getId() {
    return getName();
  }

  @Override
  public SCMHead getTarget() {
    return new SCMHead("main");
  }

  /** A revision of a branch or a change request, by its name. */
  static final class Revision extends SCMRevision {

    private static final long serialVersionUID = 1L;

    private final String name;

    Revision(SCMHead head, String name) {
      super(head);
      this.name = name;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Revision revision && revision.name.equals(name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }
}
