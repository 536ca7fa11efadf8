package hudson.model;

import hudson.ExtensionPoint;
import hudson.util.RunList;

public abstract class Job<JobT extends Job<JobT, RunT>, RunT extends Run<JobT, RunT>>
    extends AbstractItem implements ExtensionPoint {
  public native RunList<RunT> getBuilds();

  public native RunT getLastCompletedBuild();
}
