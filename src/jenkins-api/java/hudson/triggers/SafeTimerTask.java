package hudson.triggers;

import java.util.TimerTask;

public abstract class SafeTimerTask extends TimerTask {
  public final native void run();

  protected abstract void doRun() throws Exception;
}
