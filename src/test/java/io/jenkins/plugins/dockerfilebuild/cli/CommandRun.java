package io.jenkins.plugins.dockerfilebuild.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One run of the command line inside the test's process, and what it wrote. */
record CommandRun(int status, String out, String err) {

  static CommandRun of(String... arguments) {
    return withInput("", Map.of(), arguments);
  }

  static CommandRun withInput(String input, Map<String, String> environment, String... arguments) {
    return on(Wiring::connect, input, environment, arguments);
  }

  /** On agents that the test connects. */
  static CommandRun on(
      Pool.Source pools, String input, Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CommandIo io =
        new CommandIo(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            false);
    int status = Main.run(io, pools, arguments);
    return new CommandRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  List<String> outLines() {
    return out.lines().toList();
  }
}
