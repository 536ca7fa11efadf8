package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import hudson.model.Run;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** All builds of one run together, as a point of a trend. Immutable. */
@ExportedBean(defaultVisibility = 3)
public final class TrendPoint {

  private final Run<?, ?> run;
  private final List<BuildSummary> builds;

  private TrendPoint(Run<?, ?> run, List<BuildSummary> builds) {
    this.run = run;
    this.builds = builds;
  }

  /**
   * @param builds of the run, at least one
   */
  static TrendPoint of(Run<?, ?> run, List<BuildSummary> builds) {
    return new TrendPoint(run, List.copyOf(builds));
  }

  /** The run's. */
  @Exported
  public int getNumber() {
    return run.getNumber();
  }

  /** Steps that were found. */
  @Exported
  public int getHits() {
    return (int) sum(BuildSummary::getHits);
  }

  /** Steps that ran. */
  @Exported
  public int getMisses() {
    return (int) sum(BuildSummary::getMisses);
  }

  @Exported
  public long getDurationMillis() {
    return sum(BuildSummary::getDurationMillis);
  }

  @Exported
  public long getSavedMillis() {
    return sum(BuildSummary::getSavedMillis);
  }

  /** The worst of the builds, as {@link BuildSummary#getResult} has it. */
  @Exported
  public String getResult() {
    return builds.stream()
        .map(BuildSummary::getResult)
        .filter(result -> !result.equals("SUCCESS"))
        .findFirst()
        .orElse("SUCCESS");
  }

  /** For people. */
  public String getDuration() {
    return Figures.duration(getDurationMillis());
  }

  /** For people; nothing where nothing was saved. */
  public String getSaved() {
    return getSavedMillis() == 0 ? "" : Figures.duration(getSavedMillis());
  }

  /** For people: all of it in a line. */
  public String getText() {
    return String.format(
        Locale.ROOT,
        "#%d: %d of %d steps from cache, %s%s",
        getNumber(),
        getHits(),
        getHits() + getMisses(),
        getDuration(),
        getSaved().isEmpty() ? "" : ", saved " + getSaved());
  }

  private long sum(ToLongFunction<BuildSummary> figure) {
    return builds.stream().mapToLong(figure).sum();
  }
}
