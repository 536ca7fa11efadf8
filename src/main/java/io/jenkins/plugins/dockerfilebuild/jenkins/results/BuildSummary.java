package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * What a run keeps of one of its builds in {@code build.xml}: plain fields, whose names are a
 * format. Not changed once it is made. Visible in the REST API of its run, two levels up.
 */
@ExportedBean(defaultVisibility = 3)
public final class BuildSummary {

  /** The result of a build that has none yet, or whose controller died. */
  static final String RUNNING = "RUNNING";

  private final int number;
  private final String dockerfile;

  // Set by of(), once, before anybody else sees the summary.
  private String result = RUNNING;
  private String imageId = "";
  private String problem = "";
  private ArrayList<String> tags = new ArrayList<>();
  private int hits = 0;
  private int misses = 0;
  private long savedMillis = 0;
  private long durationMillis = 0;

  BuildSummary(int number, String dockerfile) {
    this.number = number;
    this.dockerfile = dockerfile;
  }

  /** The summary of what the build came to. */
  BuildSummary of(BuildReport report, List<String> names) {
    BuildSummary summary = new BuildSummary(number, dockerfile);
    summary.result = report.result().map(Enum::name).orElse("FAILURE");
    summary.imageId = report.imageId().orElse("");
    summary.problem = report.problem().orElse("");
    summary.tags = new ArrayList<>(names);
    summary.hits = count(report, Status.CACHED);
    summary.misses = count(report, Status.EXECUTED) + count(report, Status.FAILED);
    summary.savedMillis = report.savedMillis();
    summary.durationMillis = report.durationMillis();
    return summary;
  }

  /** The summary of a build that its controller did not bring to an end. */
  BuildSummary cutOff() {
    BuildSummary summary = new BuildSummary(number, dockerfile);
    summary.result = "FAILURE";
    summary.problem = "the controller stopped while the build ran";
    return summary;
  }

  private static int count(BuildReport report, Status status) {
    return (int)
        report.steps().stream().filter(step -> step.status().orElse(null) == status).count();
  }

  /** Counted from 1 in the run. */
  @Exported
  public int getNumber() {
    return number;
  }

  @Exported
  public String getDockerfile() {
    return dockerfile;
  }

  /** {@code SUCCESS}, {@code FAILURE}, {@code CANCELED} or {@code RUNNING}. */
  @Exported
  public String getResult() {
    return result;
  }

  @Exported
  public String getImageId() {
    return imageId;
  }

  @Exported
  public String getProblem() {
    return problem;
  }

  @Exported
  public List<String> getTags() {
    return List.copyOf(tags);
  }

  /** Steps that were found. */
  @Exported
  public int getHits() {
    return hits;
  }

  /** Steps that ran. */
  @Exported
  public int getMisses() {
    return misses;
  }

  @Exported
  public long getSavedMillis() {
    return savedMillis;
  }

  @Exported
  public long getDurationMillis() {
    return durationMillis;
  }

  /** What a Pipeline gets of it: plain values by name. */
  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("result", result);
    values.put("imageId", imageId);
    values.put("tags", new ArrayList<>(tags));
    values.put("hits", hits);
    values.put("misses", misses);
    values.put("savedMillis", savedMillis);
    values.put("durationMillis", durationMillis);
    return values;
  }
}
