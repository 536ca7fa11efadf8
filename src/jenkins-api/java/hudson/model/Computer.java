package hudson.model;

import hudson.EnvVars;
import hudson.remoting.VirtualChannel;
import hudson.security.AccessControlled;
import hudson.security.Permission;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;

public abstract class Computer extends Actionable implements AccessControlled {
  public abstract VirtualChannel getChannel();

  public native String getName();

  public abstract Boolean isUnix();

  public native Node getNode();

  public final native boolean isOnline();

  public native String getDisplayName();

  public native int getNumExecutors();

  public native List<Executor> getExecutors();

  public native EnvVars getEnvironment() throws IOException, InterruptedException;

  public native EnvVars buildEnvironment(TaskListener listener)
      throws IOException, InterruptedException;

  public static final Permission BUILD = null;

  public static final ExecutorService threadPoolForRemoting = null;

  public native boolean isAcceptingTasks();
}
