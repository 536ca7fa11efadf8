package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import java.util.ArrayList;
import java.util.List;

/** What the user is told of a failed step: where, on which agent, how, and its last words. */
final class FailureText {

  private final String file;
  private final List<String> dockerfile;

  /**
   * @param file the Dockerfile's name for the user
   * @param dockerfile its lines
   */
  FailureText(String file, List<String> dockerfile) {
    this.file = file;
    this.dockerfile = dockerfile;
  }

  List<String> of(BuildEvent.Step step, BuildEvent.StepFinished finished, OutputTail output) {
    List<String> lines = new ArrayList<>();
    lines.add(StepNames.prefix(step) + " " + Phrases.finished(finished));
    finished.failure().map(f -> PrintableText.of(f.message()).strip()).ifPresent(lines::add);
    lines.add(PrintableText.of(file) + (step.line() > 0 ? ":" + step.line() : ""));
    lines.addAll(DockerfileExcerpt.of(dockerfile, step.line(), step.endLine()));
    addOutput(lines, output);
    lines.removeIf(String::isEmpty);
    return lines;
  }

  private static void addOutput(List<String> lines, OutputTail output) {
    List<String> kept = output.lines();
    if (!kept.isEmpty()) {
      String last = kept.size() == 1 ? "last line" : "last " + kept.size() + " lines";
      long dropped = output.dropped();
      String left = dropped > 0 ? " (" + dropped + " before are left out)" : "";
      lines.add(last + " of output" + left + ":");
      kept.forEach(line -> lines.add("  | " + PrintableText.of(line)));
    }
  }
}
