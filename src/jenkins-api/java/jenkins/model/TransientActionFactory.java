package jenkins.model;

import hudson.ExtensionPoint;
import hudson.model.Action;
import java.util.Collection;

public abstract class TransientActionFactory<T> implements ExtensionPoint {
  public abstract Class<T> type();

  public native Class<? extends Action> actionType();

  public abstract Collection<? extends Action> createFor(T target);
}
