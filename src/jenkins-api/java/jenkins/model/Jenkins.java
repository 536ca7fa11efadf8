package jenkins.model;

import hudson.Plugin;
import hudson.ProxyConfiguration;
import hudson.model.Computer;
import hudson.model.Label;
import hudson.security.ACL;
import hudson.security.AccessControlled;
import hudson.security.Permission;
import java.io.File;
import java.io.IOException;
import java.util.Set;
import org.springframework.security.core.Authentication;

public class Jenkins implements AccessControlled, Loadable {
  public static native Jenkins get() throws IllegalStateException;

  public static native Jenkins getInstanceOrNull();

  public native Plugin getPlugin(String shortName);

  public native <P extends Plugin> P getPlugin(Class<P> clazz);

  public native ProxyConfiguration getProxy();

  public native File getRootDir();

  public native Computer[] getComputers();

  public native Set<Label> getLabels();

  public native String getLegacyInstanceId();

  public native ACL getACL();

  public native void load() throws IOException;

  public native void save() throws IOException;

  public native boolean isTerminating();

  public static native Authentication getAuthentication2();

  public static final Permission ADMINISTER = null;

  public static final Permission SYSTEM_READ = null;
}
