package hudson.model;

import hudson.model.queue.QueueTaskFuture;
import hudson.model.queue.ScheduleResult;
import hudson.model.queue.SubTask;
import java.util.List;
import jenkins.console.WithConsoleUrl;
import jenkins.model.queue.AsynchronousExecution;
import org.springframework.security.core.Authentication;

public class Queue implements Saveable {
  public native ScheduleResult schedule2(Task p, int quietPeriod, List<Action> actions);

  public native ScheduleResult schedule2(Task p, int quietPeriod, Action... actions);

  public native boolean cancel(Task p);

  public native boolean cancel(Item item);

  public native Item getItem(long id);

  public native Item getItem(Task t);

  public interface TransientTask extends Task {}

  public interface Task extends ModelObject, SubTask {
    String getName();

    String getFullDisplayName();

    default void checkAbortPermission() {
      throw new UnsupportedOperationException();
    }

    default boolean hasAbortPermission() {
      throw new UnsupportedOperationException();
    }

    String getUrl();

    default boolean isConcurrentBuild() {
      throw new UnsupportedOperationException();
    }

    default Authentication getDefaultAuthentication2() {
      throw new UnsupportedOperationException();
    }

    default Authentication getDefaultAuthentication2(Queue.Item item) {
      throw new UnsupportedOperationException();
    }
  }

  public interface Executable extends Runnable, WithConsoleUrl {
    SubTask getParent();

    default Executable getParentExecutable() {
      throw new UnsupportedOperationException();
    }

    void run() throws AsynchronousExecution;

    default String getConsoleUrl() {
      throw new UnsupportedOperationException();
    }

    String toString();
  }

  public abstract static class Item extends Actionable {
    public native long getId();

    public native QueueTaskFuture<Executable> getFuture();

    public final native String getWhy();
  }

  public static native Queue getInstance();
}
