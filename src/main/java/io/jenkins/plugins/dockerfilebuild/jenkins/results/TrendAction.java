package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** How the builds of a job do from run to run: hits and misses, duration and saved time. */
@ExportedBean(defaultVisibility = 2)
public final class TrendAction implements Action {

  /** Runs to look at; each is read from the disk the first time. */
  private static final int RUNS = 40;

  private final Job<?, ?> job;

  TrendAction(Job<?, ?> job) {
    this.job = job;
  }

  public Job<?, ?> getJob() {
    return job;
  }

  @Override
  public String getIconFileName() {
    return "symbol-analytics";
  }

  @Override
  public String getDisplayName() {
    return Messages.TrendAction_displayName();
  }

  @Override
  public String getUrlName() {
    return "dockerfile-build-trend";
  }

  /** Jenkins' REST API. */
  public Api getApi() {
    return new Api(this);
  }

  /**
   * The last runs that built a Dockerfile and have ended, the oldest first. Only on the page's own
   * API: whoever asks for a job does not want its runs to be read for it.
   */
  @Exported(visibility = 1)
  public List<TrendPoint> getPoints() {
    List<TrendPoint> points = new ArrayList<>();
    for (Run<?, ?> run : job.getBuilds().limit(RUNS)) {
      DockerfileBuildAction action = run.getAction(DockerfileBuildAction.class);
      if (action != null && !run.isBuilding() && !action.getBuilds().isEmpty()) {
        points.add(TrendPoint.of(run, action.getBuilds()));
      }
    }
    Collections.reverse(points);
    return points;
  }

  /** The same points as a table has them. */
  public List<TrendPoint> newestFirst(List<TrendPoint> points) {
    List<TrendPoint> turned = new ArrayList<>(points);
    Collections.reverse(turned);
    return turned;
  }

  /** Steps of each run: those from the cache below, those that ran on top. */
  public TrendChart<TrendPoint> steps(List<TrendPoint> points) {
    return new TrendChart<>(points, TrendPoint::getHits, TrendPoint::getMisses);
  }

  /** Time of each run: what it took below, what the cache saved on top. */
  public TrendChart<TrendPoint> times(List<TrendPoint> points) {
    return new TrendChart<>(points, TrendPoint::getDurationMillis, TrendPoint::getSavedMillis);
  }

  /** A time for people. */
  public String duration(long millis) {
    return Figures.duration(millis);
  }
}
