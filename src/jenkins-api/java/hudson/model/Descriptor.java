package hudson.model;

import jenkins.model.Loadable;

public abstract class Descriptor<T extends Describable<T>> implements Loadable, Saveable {
  protected Descriptor(Class<? extends T> clazz) {}

  protected Descriptor() {}

  public native String getDisplayName();

  public native void save();

  public native void load();
}
