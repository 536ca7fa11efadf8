package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * When each agent worked on what, as an inline SVG: a lane for each step that ran at the same time
 * as another on the same agent. Position, size and colour are attributes, so that it is drawn also
 * where a content security policy forbids styles (Jenkins serves archived pages that way).
 */
final class HtmlTimeline {

  private static final int WIDTH = 1000;
  private static final int LANE = 22;
  private static final int MAX_LANES = 200;

  private HtmlTimeline() {}

  static void write(HtmlText page, BuildReport report) {
    Map<String, List<List<StepReport>>> lanes = lanes(report.steps());
    if (lanes.isEmpty()) {
      return;
    }
    page.element("h2", "Agents over time");
    lanes.forEach((agent, agentLanes) -> writeAgent(page, agent, agentLanes, report));
  }

  /** Agent → lanes → steps that do not overlap, by start. */
  private static Map<String, List<List<StepReport>>> lanes(List<StepReport> steps) {
    Map<String, List<List<StepReport>>> lanes = new TreeMap<>();
    steps.stream()
        .filter(step -> step.agent().isPresent() && step.durationMillis() > 0)
        .filter(step -> step.status().filter(s -> s != Status.CACHED).isPresent())
        .sorted((a, b) -> Long.compare(a.startMillis(), b.startMillis()))
        .forEach(step -> place(step, lanes.computeIfAbsent(step.agent().get(), a -> newLanes())));
    return lanes;
  }

  private static List<List<StepReport>> newLanes() {
    return new ArrayList<>();
  }

  private static void place(StepReport step, List<List<StepReport>> lanes) {
    for (List<StepReport> lane : lanes) {
      if (end(lane.get(lane.size() - 1)) <= step.startMillis()) {
        lane.add(step);
        return;
      }
    }
    if (lanes.size() < MAX_LANES) {
      lanes.add(new ArrayList<>(List.of(step)));
    }
  }

  private static long end(StepReport step) {
    return step.startMillis() + step.durationMillis();
  }

  private static void writeAgent(
      HtmlText page, String agent, List<List<StepReport>> lanes, BuildReport report) {
    int height = lanes.size() * LANE;
    page.element("h3", agent)
        .markup("<svg role=\"img\" viewBox=\"0 0 " + WIDTH + " " + height + "\" width=\"100%\">");
    page.markup("<rect width=\"100%\" height=\"100%\" fill=\"#8883\" rx=\"3\"/>");
    for (int lane = 0; lane < lanes.size(); lane++) {
      for (StepReport step : lanes.get(lane)) {
        writeBar(page, step, lane * LANE, report.durationMillis());
      }
    }
    page.markup("</svg>");
  }

  private static void writeBar(HtmlText page, StepReport step, int top, long totalMillis) {
    double scale = (double) WIDTH / Math.max(1, totalMillis);
    long left = Math.round(step.startMillis() * scale);
    long width = Math.max(2, Math.round(step.durationMillis() * scale));
    String colour = step.status().equals(Optional.of(Status.EXECUTED)) ? "#3b82c4" : "#c43b3b";
    page.markup(
            "<g><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" rx=\"2\">"
                .formatted(left, top + 2, width, LANE - 4, colour))
        .element("title", StepNames.prefix(step.step()) + " " + step.step().text())
        .markup("</rect>");
    if (width > 40) {
      page.markup(
          "<text x=\"%d\" y=\"%d\" font-size=\"12\" fill=\"#fff\">#%d</text>"
              .formatted(left + 5, top + LANE - 7, step.step().index()));
    }
    page.markup("</g>");
  }
}
