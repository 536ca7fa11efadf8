package hudson.model;

public class Executor extends Thread implements ModelObject {
  public native String getDisplayName();

  public native Computer getOwner();

  public native boolean isIdle();

  public native Queue.Executable getCurrentExecutable();

  public native long getEstimatedRemainingTimeMillis();

  public static native Executor currentExecutor();
}
