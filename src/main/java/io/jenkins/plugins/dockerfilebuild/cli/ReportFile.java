package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.report.BuildReport;
import io.jenkins.plugins.dockerfilebuild.report.HtmlReport;
import io.jenkins.plugins.dockerfilebuild.report.JsonReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** {@code --report FILE}: where a report goes and, by the name's ending, in which form. */
record ReportFile(Path file, Function<BuildReport, String> form) {

  static ReportFile parse(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return new ReportFile(Path.of(text), JsonReport::of);
    }
    if (name.endsWith(".html") || name.endsWith(".htm")) {
      return new ReportFile(Path.of(text), HtmlReport::of);
    }
    throw CommandFailure.usage("--report " + text + ": the name must end in .json or .html");
  }

  /** Writes the whole report or leaves what was there. */
  void write(BuildReport report) {
    try {
      byte[] text = form.apply(report).getBytes(StandardCharsets.UTF_8);
      AtomicFiles.writeNamed(file, out -> out.write(text));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.FAILED,
          "cannot write the report " + file + ": " + FileProblem.of(e),
          List.of(),
          e);
    }
  }
}
