package hudson.model;

import hudson.ExtensionPoint;

public abstract class AdministrativeMonitor extends AbstractModelObject implements ExtensionPoint {
  protected AdministrativeMonitor() {}

  public native String getDisplayName();

  public abstract boolean isActivated();
}
