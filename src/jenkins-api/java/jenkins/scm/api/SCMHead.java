package jenkins.scm.api;

import hudson.ExtensionPoint;
import hudson.model.Item;

public class SCMHead {
  public abstract static class HeadByItem implements ExtensionPoint {
    public static native SCMHead findHead(Item item);
  }
}
