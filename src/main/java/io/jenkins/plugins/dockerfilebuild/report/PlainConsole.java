package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A build as a log: one line for each event, nothing ever redrawn. For pipes, log files and the
 * console of a Jenkins build. Events come one at a time, so it needs no lock.
 *
 * <p>It tells why a step failed; why a build failed without a step is for its owner to tell, who
 * also knows what to do about it.
 */
public final class PlainConsole implements BuildListener {

  private final List<String> dockerfile;
  private final Consumer<String> print;
  private final StepNames names = new StepNames();
  private final Tally tally = new Tally();
  private final ToldReasons reasons = new ToldReasons();
  private final Map<Integer, Running> running = new HashMap<>();
  // The name stands in the plan; before it, nothing can fail in a step.
  private String file = "Dockerfile";
  private boolean planned = false;

  private record Running(long startMillis, OutputTail output) {}

  /**
   * @param dockerfile the lines of the Dockerfile, shown where a step fails; may be empty
   * @param print takes one line without its end, free of control characters
   */
  public PlainConsole(List<String> dockerfile, Consumer<String> print) {
    this.dockerfile = List.copyOf(dockerfile);
    this.print = print;
  }

  @Override
  public void on(BuildEvent event) {
    if (event instanceof BuildEvent.Planned plan) {
      planned = true;
      file = plan.dockerfile();
      names.learn(plan.steps());
      print.accept(Phrases.planned(plan));
    } else if (event instanceof BuildEvent.AgentJoined joined) {
      Phrases.joined(joined).ifPresent(print);
    } else if (event instanceof BuildEvent.BaseImageResolved resolved) {
      print.accept(Phrases.resolved(resolved));
    } else if (event instanceof BuildEvent.StepStarted started) {
      started(started);
    } else if (event instanceof BuildEvent.StepPrinted printed) {
      printed(printed);
    } else if (event instanceof BuildEvent.StepFinished finished) {
      finished(finished);
    } else if (event instanceof BuildEvent.Transferred transferred) {
      print.accept(Phrases.transferred(transferred));
    } else if (event instanceof BuildEvent.ImageMade image) {
      print.accept(Phrases.imageMade(image));
    } else if (event instanceof BuildEvent.PushProgressed progressed) {
      print.accept(Phrases.pushing(progressed));
    } else if (event instanceof BuildEvent.Pushed pushed) {
      print.accept(Phrases.pushed(pushed));
    } else if (event instanceof BuildEvent.CachePublished published) {
      print.accept(Phrases.published(published));
    } else if (event instanceof BuildEvent.Notice notice) {
      String step = notice.step().map(s -> StepNames.prefix(names.step(s)) + " ").orElse("");
      print.accept(step + PrintableText.of(notice.message()));
    } else if (event instanceof BuildEvent.Finished end) {
      ended(end);
    }
  }

  private void started(BuildEvent.StepStarted started) {
    running.put(
        started.step(), new Running(started.atMillis(), new OutputTail(OutputTail.SHOWN_LINES)));
    told(names.step(started.step()), Phrases.started(started, reasons.news(started.miss())), true);
  }

  private void printed(BuildEvent.StepPrinted printed) {
    Running step =
        running.computeIfAbsent(
            printed.step(),
            s -> new Running(printed.atMillis(), new OutputTail(OutputTail.SHOWN_LINES)));
    step.output().add(printed.line());
    double seconds = (printed.atMillis() - step.startMillis()) / 1000.0;
    String text = PrintableText.of(printed.line());
    print.accept(
        String.format(Locale.ROOT, "#%d %.1f %s", printed.step(), seconds, text).stripTrailing());
  }

  private void finished(BuildEvent.StepFinished finished) {
    tally.count(finished);
    BuildEvent.Step step = names.step(finished.step());
    Running was = running.remove(finished.step());
    if (finished.status() == Status.FAILED) {
      OutputTail output = was == null ? new OutputTail(0) : was.output();
      new FailureText(file, dockerfile).of(step, finished, output).forEach(print);
    } else {
      told(step, Phrases.finished(finished), was == null);
    }
  }

  /** The instruction stands on the first line that speaks of a step. */
  private void told(BuildEvent.Step step, String what, boolean first) {
    String text = first ? ": " + StepNames.text(step) : "";
    print.accept(StepNames.prefix(step) + " " + what + text);
  }

  /** A build that had no plan has nothing to sum up. */
  private void ended(BuildEvent.Finished end) {
    if (planned) {
      print.accept(tally.summary(end));
    }
  }
}
