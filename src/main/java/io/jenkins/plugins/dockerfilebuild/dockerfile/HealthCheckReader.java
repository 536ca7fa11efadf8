package io.jenkins.plugins.dockerfilebuild.dockerfile;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.CommandLine;
import io.jenkins.plugins.dockerfilebuild.dockerfile.InstructionFlags.Kind;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** HEALTHCHECK: its type, its command, and flags that are durations or a count. */
final class HealthCheckReader {

  private static final List<String> DURATIONS =
      List.of("interval", "timeout", "start-period", "start-interval");

  private static final long MINIMUM_NANOSECONDS = 1_000_000;

  private HealthCheckReader() {}

  static Instruction read(Node node, String text) {
    if (node.arguments().isEmpty()) {
      throw new DockerfileException("HEALTHCHECK requires at least one argument");
    }
    String type = node.arguments().get(0).toUpperCase(Locale.ROOT);
    List<String> rest = node.arguments().subList(1, node.arguments().size());
    if (type.equals("NONE")) {
      if (!rest.isEmpty()) {
        throw new DockerfileException("HEALTHCHECK NONE takes no arguments");
      }
      return new Instruction.HealthCheck(node.range(), text, Optional.empty(), Map.of());
    }
    InstructionFlags flags = InstructionFlags.parse(node.flags(), known());
    if (!type.equals("CMD")) {
      throw new DockerfileException(
          "Unknown type " + Quoted.of(type) + " in HEALTHCHECK (try CMD)");
    }
    if (rest.isEmpty()) {
      throw new DockerfileException("Missing command after HEALTHCHECK CMD");
    }
    CommandLine command = InstructionReader.command(rest, node.json());
    return new Instruction.HealthCheck(node.range(), text, Optional.of(command), options(flags));
  }

  private static Map<String, Kind> known() {
    Map<String, Kind> known = new LinkedHashMap<>();
    DURATIONS.forEach(name -> known.put(name, Kind.TEXT));
    known.put("retries", Kind.TEXT);
    return known;
  }

  private static Map<String, Long> options(InstructionFlags flags) {
    Map<String, Long> options = new LinkedHashMap<>();
    for (String name : DURATIONS) {
      flags.text(name).ifPresent(value -> options.put(name, duration(name, value)));
    }
    flags.text("retries").ifPresent(value -> options.put("retries", retries(value)));
    options.values().removeIf(value -> value == 0);
    return Map.copyOf(options);
  }

  private static long duration(String name, String value) {
    long nanoseconds = DurationText.parse(value);
    if (nanoseconds != 0 && nanoseconds < MINIMUM_NANOSECONDS) {
      throw new DockerfileException("Interval " + Quoted.of(name) + " cannot be less than 1ms");
    }
    return nanoseconds;
  }

  private static long retries(String value) {
    int retries;
    try {
      retries = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new DockerfileException(
          "strconv.ParseInt: parsing " + Quoted.of(value) + ": invalid syntax");
    }
    if (retries < 0) {
      throw new DockerfileException("--retries cannot be negative (" + retries + ")");
    }
    return retries;
  }
}
