package jenkins.scm.api;

import hudson.ExtensionPoint;
import hudson.model.Item;
import hudson.model.TaskListener;
import java.io.IOException;

public abstract class SCMSource implements ExtensionPoint {
  public native SCMRevision getTrustedRevision(SCMRevision revision, TaskListener listener)
      throws IOException, InterruptedException;

  public abstract static class SourceByItem implements ExtensionPoint {
    public static native SCMSource findSource(Item item);
  }
}
