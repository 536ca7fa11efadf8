package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.Locale;
import java.util.Set;

/**
 * The signals that STOPSIGNAL may name on Linux, with or without {@code SIG}, or any number but 0:
 * as BuildKit, which leaves it to the engine what a number means.
 */
final class StopSignals {

  private static final Set<String> NAMES =
      Set.of(
          "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
          "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
          "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
          "RTMIN", "RTMAX");

  private StopSignals() {}

  static boolean isValid(String signal) {
    if (signal.matches("[-+]?\\d{1,9}")) {
      return Integer.parseInt(signal) != 0;
    }
    String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
    return NAMES.contains(name) || name.matches("RTMIN\\+(\\d|1[0-5])|RTMAX-(\\d|1[0-4])");
  }
}
