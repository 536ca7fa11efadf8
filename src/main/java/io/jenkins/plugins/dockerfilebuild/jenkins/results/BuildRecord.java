package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport;
import io.jenkins.plugins.dockerfilebuild.report.BuildReportRecorder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What is written down of a build while it runs. Thread-safe. */
public final class BuildRecord implements BuildListener {

  private final DockerfileBuildAction action;
  private final BuildSummary begun;
  private final BuildReportRecorder recorder = new BuildReportRecorder();

  /** Counts what was told, so that a page can ask whether there is news. */
  private final AtomicLong version = new AtomicLong();

  /** Digests of pushed images by name; guarded by this. */
  private final Map<String, String> digests = new LinkedHashMap<>();

  /** Ids of images by platform; guarded by this. */
  private final Map<String, String> images = new LinkedHashMap<>();

  /** Present once the build has ended; guarded by this. */
  private Optional<BuildSummary> end = Optional.empty();

  BuildRecord(DockerfileBuildAction action, BuildSummary begun) {
    this.action = action;
    this.begun = begun;
  }

  @Override
  public void on(BuildEvent event) {
    if (event instanceof BuildEvent.Pushed pushed) {
      synchronized (this) {
        digests.put(pushed.reference(), pushed.digest());
      }
    }
    if (event instanceof BuildEvent.ImageMade made) {
      synchronized (this) {
        images.put(made.platform(), made.imageId());
      }
    }
    recorder.on(event);
    version.incrementAndGet();
  }

  /** The build could not even begin, and why; nothing where it told its end itself. */
  public void failed(String problem) {
    finished(BuildEvent.Result.FAILURE, problem);
  }

  /** The build was canceled before it began; nothing where it told its end itself. */
  public void canceled() {
    finished(BuildEvent.Result.CANCELED, "canceled");
  }

  private void finished(BuildEvent.Result result, String problem) {
    BuildReport report = report();
    if (report.result().isEmpty()) {
      on(
          new BuildEvent.Finished(
              report.durationMillis(), result, Optional.empty(), Optional.of(problem)));
    }
  }

  /**
   * The build has ended, however it did; only the first time counts.
   *
   * @param tags of the image
   * @return the values for a Pipeline, by name
   */
  public synchronized Map<String, Object> end(List<String> tags) throws IOException {
    if (end.isEmpty()) {
      failed("the build was cut off");
      end = Optional.of(begun.of(report(), tags));
      action.ended(this, end.get());
    }
    Map<String, Object> values = end.get().values();
    values.put("digests", new LinkedHashMap<>(digests));
    values.put("digest", tags.isEmpty() ? "" : digests.getOrDefault(tags.get(0), ""));
    values.put("images", new LinkedHashMap<>(images));
    return values;
  }

  int number() {
    return begun.getNumber();
  }

  BuildReport report() {
    return recorder.report();
  }

  long version() {
    return version.get();
  }
}
