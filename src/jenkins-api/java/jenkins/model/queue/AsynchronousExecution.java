package jenkins.model.queue;

public abstract class AsynchronousExecution extends RuntimeException {
  protected AsynchronousExecution() {}

  public abstract void interrupt(boolean forShutdown);

  public abstract boolean blocksRestart();

  public abstract boolean displayCell();

  public final native void completed(Throwable error);
}
