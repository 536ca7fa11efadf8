package hudson.model;

public abstract class Actionable {
  public native void addAction(Action a);

  public native Action getAction(int index);

  public native <T extends Action> T getAction(Class<T> type);
}
