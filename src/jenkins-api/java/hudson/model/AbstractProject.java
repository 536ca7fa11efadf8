package hudson.model;

import hudson.FilePath;

public abstract class AbstractProject<P, R> {
  public native FilePath getSomeWorkspace();
}
