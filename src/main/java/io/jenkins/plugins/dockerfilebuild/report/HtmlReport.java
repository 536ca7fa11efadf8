package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport.StepReport;
import java.util.List;
import java.util.Locale;

/**
 * A build report as one page that needs nothing else: no script, no resource, readable without its
 * style sheet. A content security policy in the page forbids everything but its own style.
 */
public final class HtmlReport {

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>Dockerfile build</title>
      <style>
      :root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #18794e; --bad: #c62a2f; --cached: #5b5bd6; }
      @media (prefers-color-scheme: dark) { :root { --good: #4cc38a; --bad: #ff8589; --cached: #a5a5ff; } }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
      h1 { margin-bottom: .2rem } h2 { margin-top: 2rem } h3 { margin: .8rem 0 .2rem; font-size: 1rem }
      table { border-collapse: collapse; width: 100% }
      th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line) }
      td.name { white-space: nowrap; max-width: 14rem; overflow: hidden; text-overflow: ellipsis }
      td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
      code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere }
      pre { background: var(--soft); padding: .6rem; border-radius: .3rem; white-space: pre-wrap }
      .CACHED { color: var(--cached) } .EXECUTED, .SUCCESS { color: var(--good) }
      .FAILED, .FAILURE { color: var(--bad); font-weight: 600 }
      .small { font-size: 13px; opacity: .8 }
      </style></head><body>
      """;

  private HtmlReport() {}

  public static String of(BuildReport report) {
    HtmlText page = new HtmlText().markup(HEAD);
    writeSummary(page, report);
    report.steps().stream()
        .filter(step -> step.failure().isPresent())
        .forEach(step -> writeFailure(page, step));
    writeSteps(page, report);
    HtmlTimeline.write(page, report);
    writeLines(page, "Base images", report.baseImages().stream().map(Phrases::resolved).toList());
    writeLines(page, "Transfers", report.transfers().stream().map(Phrases::transferred).toList());
    writeLines(
        page, "Cache versions", report.published().stream().map(Phrases::published).toList());
    writeLines(page, "Images", report.images().stream().map(Phrases::imageMade).toList());
    writeLines(page, "Pushes", report.pushes().stream().map(Phrases::pushed).toList());
    writeLines(page, "Notices", report.notices().stream().map(BuildEvent.Notice::message).toList());
    return page.markup("</body></html>\n").toString();
  }

  private static void writeSummary(HtmlText page, BuildReport report) {
    String result = report.result().map(Enum::name).orElse("RUNNING");
    page.element("h1", result, result.toLowerCase(Locale.ROOT));
    page.markup("<p>").element("code", report.dockerfile());
    page.text(" in " + Figures.duration(report.durationMillis()));
    if (report.savedMillis() > 0) {
      page.text(", saved " + Figures.duration(report.savedMillis()));
    }
    page.text(" on " + String.join(", ", report.agents())).markup("</p>");
    for (BuildEvent.AgentJoined agent : report.joined()) {
      Phrases.joined(agent).ifPresent(phrase -> page.element("p", phrase));
    }
    report.imageId().ifPresent(id -> page.markup("<p>").element("code", id).markup("</p>"));
    report.problem().ifPresent(problem -> page.element("p", "FAILURE", problem));
  }

  private static void writeFailure(HtmlText page, StepReport step) {
    page.element("h2", "FAILED", StepNames.prefix(step.step()) + " failed");
    step.failure().ifPresent(failure -> page.element("p", failure.message()));
    page.element("pre", "line " + step.step().line() + ": " + step.step().text());
    if (!step.lastLines().isEmpty()) {
      page.markup("<pre>");
      step.lastLines().forEach(line -> page.text(line).markup("\n"));
      page.markup("</pre>");
    }
  }

  private static void writeSteps(HtmlText page, BuildReport report) {
    page.element("h2", "Steps")
        .markup("<table><thead><tr><th>#</th><th>Stage</th><th>Step</th><th>Status</th>")
        .markup("<th>Agent</th><th>Time</th><th>Received</th></tr></thead><tbody>\n");
    report.steps().forEach(step -> writeStep(page, step, report.publishedBy(step)));
    page.markup("</tbody></table>\n");
  }

  private static void writeStep(
      HtmlText page, StepReport step, List<BuildEvent.CachePublished> published) {
    String status = step.status().map(Enum::name).orElse("RUNNING");
    page.markup("<tr>").element("td", String.valueOf(step.step().index()));
    page.element("td", "name", StepNames.stage(step.step()))
        .markup("<td>")
        .element("code", step.step().text());
    String platform = step.step().platform();
    page.element(
        "div", "small", "line " + step.step().line() + (platform.isEmpty() ? "" : ", " + platform));
    step.miss().ifPresent(m -> page.element("div", "small", "ran because " + MissReason.of(m)));
    step.placement()
        .filter(placed -> placed.candidates().size() > 1)
        .ifPresent(placed -> page.element("div", "small", PlacementNotices.text(placed)));
    step.mounts().forEach(mount -> page.element("div", "small", mount(mount, published)));
    page.markup("</td>").element("td", status, status.toLowerCase(Locale.ROOT));
    page.element("td", "name", step.agent().orElse(""));
    page.element("td", "number", time(step));
    String received = step.bytesReceived() > 0 ? Figures.bytes(step.bytesReceived()) : "";
    page.element("td", "number", received).markup("</tr>\n");
  }

  private static String time(StepReport step) {
    if (step.savedMillis() > 0) {
      return "saved " + Figures.duration(step.savedMillis());
    }
    return step.durationMillis() > 0 ? Figures.duration(step.durationMillis()) : "";
  }

  private static String mount(MountReport mount, List<BuildEvent.CachePublished> published) {
    return mount.hit().isEmpty()
        ? mount.type() + " mount at " + mount.target()
        : Phrases.cache(mount)
            + " at "
            + mount.target()
            + Phrases.publishedAfter(mount.id(), published);
  }

  private static void writeLines(HtmlText page, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      page.element("h2", title).markup("<ul>");
      lines.forEach(line -> page.element("li", line));
      page.markup("</ul>\n");
    }
  }
}
