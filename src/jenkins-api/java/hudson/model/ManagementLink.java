package hudson.model;

import hudson.ExtensionPoint;
import hudson.security.Permission;

public abstract class ManagementLink implements ExtensionPoint, Action {
  public abstract String getIconFileName();

  public native String getDescription();

  public abstract String getUrlName();

  public native Permission getRequiredPermission();

  public native Category getCategory();

  public enum Category {
    CONFIGURATION,
    SECURITY,
    STATUS,
    TROUBLESHOOTING,
    TOOLS,
    MISC,
    UNCATEGORIZED
  }
}
