package hudson.model;

import hudson.ExtensionPoint;
import hudson.security.ACL;
import hudson.security.AccessControlled;
import java.io.File;
import java.io.IOException;
import jenkins.console.WithConsoleUrl;

public abstract class Run<JobT extends Job<JobT, RunT>, RunT extends Run<JobT, RunT>>
    extends Actionable
    implements ExtensionPoint, Comparable<RunT>, AccessControlled, WithConsoleUrl {
  public native JobT getParent();

  public native String getFullDisplayName();

  public native int getNumber();

  public native String getUrl();

  public native File getRootDir();

  public native ACL getACL();

  public native boolean isBuilding();

  public native void save() throws IOException;
}
