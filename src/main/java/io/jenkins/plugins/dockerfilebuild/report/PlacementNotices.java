package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Has a console say why each step went where it went, and what the alternatives were, as a line
 * like those of warnings. All other events pass.
 */
public final class PlacementNotices implements BuildListener {

  private final BuildListener console;

  public PlacementNotices(BuildListener console) {
    this.console = console;
  }

  @Override
  public void on(BuildEvent event) {
    console.on(event);
    if (event instanceof BuildEvent.StepPlaced placed) {
      Optional<Integer> step = Optional.of(placed.step());
      console.on(new BuildEvent.Notice(placed.atMillis(), step, text(placed)));
    }
  }

  /** {@code goes to a1: ends in 5.3 s (moves 3.4 MB in 0.3 s, runs 5.0 s); not a2: …}. */
  static String text(BuildEvent.StepPlaced placed) {
    List<BuildEvent.Candidate> candidates = placed.candidates();
    String others =
        candidates.stream()
            .skip(1)
            .map(candidate -> candidate.agent() + ": " + text(candidate))
            .collect(Collectors.joining("; "));
    return "goes to %s: %s; the build is expected to take %s from here%s"
        .formatted(
            candidates.get(0).agent(),
            text(candidates.get(0)),
            Figures.duration(placed.rankMillis()),
            others.isEmpty() ? "; no other agent was in question" : "; not to " + others);
  }

  private static String text(BuildEvent.Candidate candidate) {
    String wait =
        candidate.waitMillis() > 0
            ? "waits " + Figures.duration(candidate.waitMillis()) + ", "
            : "";
    return "ends in %s (%s%sruns %s)"
        .formatted(
            Figures.duration(candidate.endMillis()),
            wait,
            move(candidate),
            Figures.duration(candidate.runMillis()));
  }

  /** Time without bytes is what it takes to get at the agent, such as an executor of it. */
  private static String move(BuildEvent.Candidate candidate) {
    if (candidate.moveMillis() == 0) {
      return "";
    }
    String time = Figures.duration(candidate.moveMillis());
    return candidate.moveBytes() == 0
        ? "is reached in %s, ".formatted(time)
        : "moves %s in %s, ".formatted(Figures.bytes(candidate.moveBytes()), time);
  }
}
