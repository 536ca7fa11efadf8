package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Failure;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of a build, finished or not. Immutable. {@link BuildReportRecorder} makes it,
 * {@link JsonReport} and {@link HtmlReport} render it. Times in milliseconds, from the start of the
 * build; sizes in bytes.
 *
 * @param result empty while the build runs
 * @param imageId stands where the build succeeded
 * @param problem why the build did not succeed, in one sentence
 * @param dockerfile the name the user knows it by; empty before the plan stands
 * @param savedMillis what the cached steps took when they ran
 * @param steps in the order of the plan
 * @param images of a build for several platforms; {@code imageId} is the first of them
 */
public record BuildReport(
    Optional<BuildEvent.Result> result,
    Optional<String> imageId,
    Optional<String> problem,
    String dockerfile,
    List<String> agents,
    List<BuildEvent.AgentJoined> joined,
    long durationMillis,
    long savedMillis,
    List<StepReport> steps,
    List<BuildEvent.BaseImageResolved> baseImages,
    List<BuildEvent.Transferred> transfers,
    List<BuildEvent.ImageMade> images,
    List<BuildEvent.Pushed> pushes,
    List<BuildEvent.CachePublished> published,
    List<BuildEvent.Notice> notices) {

  public BuildReport {
    agents = List.copyOf(agents);
    joined = List.copyOf(joined);
    steps = List.copyOf(steps);
    baseImages = List.copyOf(baseImages);
    transfers = List.copyOf(transfers);
    images = List.copyOf(images);
    pushes = List.copyOf(pushes);
    published = List.copyOf(published);
    notices = List.copyOf(notices);
  }

  /** The versions that a step made of its cache directories. */
  List<BuildEvent.CachePublished> publishedBy(StepReport step) {
    return published.stream().filter(one -> one.step() == step.step().index()).toList();
  }

  /**
   * What became of one step.
   *
   * @param status empty while it waits or runs
   * @param agent empty where nothing ran and none was asked
   * @param placement why it ran where it ran; of several attempts the last
   * @param startMillis when it began to run or was found
   * @param lastLines what the command of a failed step printed last, as it was printed
   */
  public record StepReport(
      BuildEvent.Step step,
      String key,
      Optional<Status> status,
      Optional<String> agent,
      Optional<BuildEvent.StepPlaced> placement,
      long startMillis,
      long durationMillis,
      long savedMillis,
      Optional<Miss> miss,
      List<MountReport> mounts,
      long bytesReceived,
      Optional<Failure> failure,
      List<String> lastLines) {

    public StepReport {
      mounts = List.copyOf(mounts);
      lastLines = List.copyOf(lastLines);
    }
  }
}
