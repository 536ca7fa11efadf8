package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import hudson.Extension;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.Run;
import java.util.Collection;
import java.util.List;
import jenkins.model.TransientActionFactory;

/** Gives a {@link TrendAction} to each job whose last run built a Dockerfile. */
@Extension
@SuppressWarnings("rawtypes") // the API's own
public final class TrendActions extends TransientActionFactory<Job> {

  @Override
  public Class<Job> type() {
    return Job.class;
  }

  @Override
  public Class<? extends Action> actionType() {
    return TrendAction.class;
  }

  @Override
  public Collection<? extends Action> createFor(Job job) {
    Run<?, ?> last = job.getLastCompletedBuild();
    return last == null || last.getAction(DockerfileBuildAction.class) == null
        ? List.of()
        : List.of(new TrendAction(job));
  }
}
