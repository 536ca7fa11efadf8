package hudson.model;

import hudson.ExtensionPoint;
import hudson.FilePath;
import hudson.model.labels.LabelAtom;
import hudson.security.ACL;
import hudson.security.AccessControlled;

public abstract class Node implements ExtensionPoint, AccessControlled {
  public final native Computer toComputer();

  public native ACL getACL();

  public native LabelAtom getSelfLabel();

  public abstract FilePath getRootPath();
}
