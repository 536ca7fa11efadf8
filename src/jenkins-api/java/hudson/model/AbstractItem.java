package hudson.model;

import hudson.security.AccessControlled;
import java.io.File;
import jenkins.model.Loadable;

@SuppressWarnings("rawtypes")
public abstract class AbstractItem extends Actionable implements Loadable, Item, AccessControlled {
  public native String getName();

  public native File getRootDir();

  public native ItemGroup getParent();

  public final native String getFullName();
}
