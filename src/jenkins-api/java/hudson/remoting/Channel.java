package hudson.remoting;

import java.io.Closeable;
import java.io.IOException;

public class Channel implements VirtualChannel, Closeable {
  public abstract static class Listener {
    public native void onClosed(Channel channel, IOException cause);
  }

  public native <V, T extends Throwable> V call(Callable<V, T> callable)
      throws IOException, T, InterruptedException;

  public native void addListener(Listener l);

  public native void close() throws IOException;

  public static native Channel current();
}
