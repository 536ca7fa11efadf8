package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Failure;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gathers a build's events into a {@link BuildReport}. Thread-safe: a report may be taken at any
 * time, also while the build runs.
 */
public final class BuildReportRecorder implements BuildListener {

  // All guarded by "this".
  private final Map<Integer, StepRecord> steps = new TreeMap<>();
  private final List<BuildEvent.BaseImageResolved> baseImages = new ArrayList<>();
  private final List<BuildEvent.Transferred> transfers = new ArrayList<>();
  private final List<BuildEvent.ImageMade> images = new ArrayList<>();
  private final List<BuildEvent.Pushed> pushes = new ArrayList<>();
  private final List<BuildEvent.AgentJoined> joined = new ArrayList<>();
  private final List<BuildEvent.CachePublished> published = new ArrayList<>();
  private final List<BuildEvent.Notice> notices = new ArrayList<>();
  private Optional<BuildEvent.Planned> plan = Optional.empty();
  private Optional<BuildEvent.Finished> end = Optional.empty();
  private long lastMillis = 0;

  @Override
  public synchronized void on(BuildEvent event) {
    lastMillis = event.atMillis();
    if (event instanceof BuildEvent.Planned planned) {
      plan = Optional.of(planned);
      planned.steps().forEach(step -> steps.put(step.index(), new StepRecord(step)));
    } else if (event instanceof BuildEvent.StepPlaced placed) {
      step(placed.step()).placement = Optional.of(placed);
    } else if (event instanceof BuildEvent.StepStarted started) {
      step(started.step()).start(started);
    } else if (event instanceof BuildEvent.StepPrinted printed) {
      step(printed.step()).output.add(printed.line());
    } else if (event instanceof BuildEvent.StepFinished finished) {
      step(finished.step()).finish(finished);
    } else if (event instanceof BuildEvent.BaseImageResolved resolved) {
      baseImages.add(resolved);
    } else if (event instanceof BuildEvent.Transferred transferred) {
      transfers.add(transferred);
    } else if (event instanceof BuildEvent.ImageMade image) {
      images.add(image);
    } else if (event instanceof BuildEvent.Pushed pushed) {
      pushes.add(pushed);
    } else if (event instanceof BuildEvent.AgentJoined agent) {
      joined.add(agent);
    } else if (event instanceof BuildEvent.CachePublished version) {
      published.add(version);
    } else if (event instanceof BuildEvent.Notice notice) {
      notices.add(notice);
    } else if (event instanceof BuildEvent.Finished finished) {
      end = Optional.of(finished);
    }
  }

  /** What is known now. Once the build has ended, steps that never ran are SKIPPED. */
  public synchronized BuildReport report() {
    List<StepReport> reports =
        steps.values().stream().map(step -> step.report(end.isPresent())).toList();
    return new BuildReport(
        end.map(BuildEvent.Finished::result),
        end.flatMap(BuildEvent.Finished::imageId),
        end.flatMap(BuildEvent.Finished::problem),
        plan.map(BuildEvent.Planned::dockerfile).orElse(""),
        plan.map(BuildEvent.Planned::agents).orElse(List.of()),
        joined,
        lastMillis,
        reports.stream().mapToLong(StepReport::savedMillis).sum(),
        reports,
        baseImages,
        transfers,
        images,
        pushes,
        published,
        notices);
  }

  private StepRecord step(int index) {
    return steps.computeIfAbsent(index, i -> new StepRecord(StepNames.unplanned(i)));
  }

  /** What is known of one step so far. */
  private static final class StepRecord {
    private final BuildEvent.Step step;
    // Empty again when the step starts anew on another agent.
    private OutputTail output = new OutputTail(OutputTail.SHOWN_LINES);
    private Optional<BuildEvent.StepPlaced> placement = Optional.empty();
    private Optional<BuildEvent.StepStarted> start = Optional.empty();
    private Optional<BuildEvent.StepFinished> end = Optional.empty();

    StepRecord(BuildEvent.Step step) {
      this.step = step;
    }

    void start(BuildEvent.StepStarted started) {
      start = Optional.of(started);
      output = new OutputTail(OutputTail.SHOWN_LINES);
    }

    void finish(BuildEvent.StepFinished finished) {
      end = Optional.of(finished);
    }

    StepReport report(boolean buildEnded) {
      Optional<Status> status = end.map(BuildEvent.StepFinished::status);
      Optional<Failure> failure = end.flatMap(BuildEvent.StepFinished::failure);
      Optional<Miss> miss = end.flatMap(BuildEvent.StepFinished::miss);
      return new StepReport(
          step,
          end.map(BuildEvent.StepFinished::key)
              .or(() -> start.map(BuildEvent.StepStarted::key))
              .orElse(""),
          status.or(() -> buildEnded ? Optional.of(unfinished()) : Optional.empty()),
          end.flatMap(BuildEvent.StepFinished::agent)
              .or(() -> start.map(BuildEvent.StepStarted::agent)),
          placement,
          startMillis(),
          end.map(BuildEvent.StepFinished::durationMillis).orElse(0L),
          status.filter(s -> s == Status.CACHED).isPresent() ? end.get().savedMillis() : 0,
          miss.or(() -> start.flatMap(BuildEvent.StepStarted::miss)),
          end.map(BuildEvent.StepFinished::mounts).orElse(List.<MountReport>of()),
          end.map(BuildEvent.StepFinished::bytesReceived).orElse(0L),
          failure,
          failure.isPresent() ? output.lines() : List.of());
    }

    private Status unfinished() {
      return start.isPresent() ? Status.CANCELED : Status.SKIPPED;
    }

    private long startMillis() {
      return start
          .map(BuildEvent.StepStarted::atMillis)
          .or(() -> end.map(e -> Math.max(0, e.atMillis() - e.durationMillis())))
          .orElse(0L);
    }
  }
}
