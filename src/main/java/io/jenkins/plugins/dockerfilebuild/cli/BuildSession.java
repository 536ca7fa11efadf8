package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport.StepReport;
import io.jenkins.plugins.dockerfilebuild.report.BuildReportRecorder;
import io.jenkins.plugins.dockerfilebuild.scheduling.BuiltImage;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One build from the command line: shows how it goes, ends it on Ctrl-C, and leaves behind what was
 * asked for. Used once, by one thread.
 */
final class BuildSession {

  /** How long Ctrl-C waits until the build's containers are gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final BuildSettings settings;
  private final Pool.Source pools;
  private final CommandIo io;
  private final ProgressDisplay display;
  private final BuildReportRecorder recorder = new BuildReportRecorder();
  private boolean reported = true;

  /**
   * @param pools gives the agents, which are given back at the end
   */
  BuildSession(BuildSettings settings, Pool.Source pools, CommandIo io) {
    this.settings = settings;
    this.pools = pools;
    this.io = io;
    ProgressDisplay plain =
        ProgressDisplay.open(settings.progress(), settings.dockerfile().lines(), io);
    this.display = settings.explainPlacement() ? plain.explainingPlacement() : plain;
  }

  /**
   * Runs the build to its end.
   *
   * @throws CommandFailure it failed, and why is not on the display yet
   */
  ExitStatus run() {
    Interruption interruption = Interruption.guard(PATIENCE, display);
    try {
      ExitStatus status = build();
      return status == ExitStatus.BUILT && !reported ? ExitStatus.FAILED : status;
    } catch (InterruptedException e) {
      return ExitStatus.FAILED;
    } catch (RuntimeException e) {
      if (interruption.requested()) {
        // Whatever an interrupted call makes of it, the user knows why the build ended.
        return ExitStatus.FAILED;
      }
      throw e;
    } finally {
      display.close();
      interruption.close();
    }
  }

  private ExitStatus build() throws InterruptedException {
    settings.idFile().ifPresent(IdFile::clear);
    try (Pool pool = pools.open(settings.pool())) {
      Outcome outcome = Wiring.build(settings, labelled(pool), this::tell);
      display.close();
      if (outcome instanceof Outcome.Built built) {
        tellImageId(built);
        return ExitStatus.BUILT;
      }
      return failed((Outcome.Failed) outcome);
    } catch (RuntimeException | Error e) {
      endReport(e);
      throw e;
    } finally {
      writeReports();
    }
  }

  /** One that cannot be written hides neither the others nor how the build ended. */
  private void writeReports() {
    BuildReport report = recorder.report();
    for (ReportFile file : settings.reports()) {
      try {
        file.write(report);
      } catch (CommandFailure e) {
        reported = false;
        display.close();
        new Errors(io.err(), () -> false).tell(e);
      }
    }
  }

  private Pool labelled(Pool pool) {
    List<String> labels = settings.agentLabels();
    Pool labelled = pool.labelled(labels);
    if (labelled.agents().isEmpty()) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "no agent has the label " + String.join(" and ", labels),
          List.of("--agent NAME=DOCKER_HOST,label=LABEL gives an agent one, agent --label another"),
          null);
    }
    return labelled;
  }

  private void tell(BuildEvent event) {
    recorder.on(event);
    display.listener().on(event);
  }

  /** Where the engine was not even asked, the report would seem to be of a build that runs. */
  private void endReport(Throwable e) {
    BuildReport report = recorder.report();
    if (report.result().isEmpty()) {
      recorder.on(
          new BuildEvent.Finished(
              report.durationMillis(),
              BuildEvent.Result.FAILURE,
              Optional.empty(),
              Optional.of(String.valueOf(e.getMessage()))));
    }
  }

  /** Step failures stand on the consoles already, in all detail. */
  private ExitStatus failed(Outcome.Failed failed) {
    ExitStatus status = failed.infrastructure() ? ExitStatus.INFRASTRUCTURE : ExitStatus.FAILED;
    Optional<StepReport> step =
        recorder.report().steps().stream()
            .filter(s -> s.status().equals(Optional.of(Status.FAILED)))
            .findFirst();
    if (step.isPresent() && display.showsFailures()) {
      return status;
    }
    throw new CommandFailure(
        status, failed.message(), step.map(this::details).orElse(List.of()), null);
  }

  private List<String> details(StepReport step) {
    List<String> details = new ArrayList<>();
    details.add(settings.dockerfile().name() + ":" + step.step().line());
    details.add(step.step().text());
    step.lastLines().forEach(line -> details.add("| " + line));
    return details;
  }

  private void tellImageId(Outcome.Built built) {
    List<String> ids = built.images().stream().map(BuiltImage::imageId).toList();
    if (settings.progress() == ProgressDisplay.Kind.NONE) {
      ids.forEach(io.out()::println);
      io.out().flush();
    }
    settings.idFile().ifPresent(file -> file.write(ids));
    settings
        .metadataFile()
        .ifPresent(
            file ->
                file.write(
                    built.images(), settings.destination().tags(), recorder.report().pushes()));
  }
}
