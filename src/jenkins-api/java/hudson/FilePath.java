package hudson;

import hudson.model.Computer;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;

public final class FilePath {
  public FilePath(File localPath) {}

  public native boolean isDescendant(String potentialChildRelativePath)
      throws IOException, InterruptedException;

  public native String getRemote();

  public native void copyFrom(URL url) throws IOException, InterruptedException;

  public native void copyFrom(InputStream in) throws IOException, InterruptedException;

  public native void copyFrom(FilePath src) throws IOException, InterruptedException;

  public native Computer toComputer();

  public native void mkdirs() throws IOException, InterruptedException;

  public native FilePath child(String relOrAbsolute);

  public native boolean delete() throws IOException, InterruptedException;

  public native FilePath createTempFile(String prefix, String suffix)
      throws IOException, InterruptedException;

  public native boolean exists() throws IOException, InterruptedException;

  public native InputStream read() throws IOException, InterruptedException;

  public native boolean isDirectory() throws IOException, InterruptedException;

  public native OutputStream write() throws IOException, InterruptedException;

  public native void write(String content, String encoding)
      throws IOException, InterruptedException;

  public native void renameTo(FilePath target) throws IOException, InterruptedException;

  public native VirtualChannel getChannel();
}
