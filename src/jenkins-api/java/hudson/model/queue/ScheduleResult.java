package hudson.model.queue;

import hudson.model.Queue;

public abstract class ScheduleResult {
  public native Queue.Item getItem();
}
