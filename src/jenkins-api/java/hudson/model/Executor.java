package hudson.model;

public class Executor extends Thread implements ModelObject {
  public native String getDisplayName();

  public native Computer getOwner();

  public static native Executor currentExecutor();
}
