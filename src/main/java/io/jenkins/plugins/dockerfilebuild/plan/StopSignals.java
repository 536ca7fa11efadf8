package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.Locale;
import java.util.Set;

/** The signals that STOPSIGNAL may name on Linux, by number or with or without {@code SIG}. */
final class StopSignals {

  private static final int HIGHEST = 64;

  private static final Set<String> NAMES =
      Set.of(
          "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
          "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
          "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
          "RTMIN", "RTMAX");

  private StopSignals() {}

  static boolean isValid(String signal) {
    if (signal.matches("\\d{1,3}")) {
      int number = Integer.parseInt(signal);
      return number > 0 && number <= HIGHEST;
    }
    String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
    return NAMES.contains(name) || name.matches("RTMIN\\+(\\d|1[0-5])|RTMAX-(\\d|1[0-4])");
  }
}
