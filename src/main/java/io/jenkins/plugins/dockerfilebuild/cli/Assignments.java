package io.jenkins.plugins.dockerfilebuild.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Repeated options of the form {@code K=V}, the last of a name wins. */
final class Assignments {

  private Assignments() {}

  /**
   * Build arguments: {@code K} alone takes the variable of that name, and is nothing without it.
   */
  static Map<String, String> withEnvironment(
      String option, List<String> texts, Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      String name = named(option, text, equals);
      if (equals >= 0) {
        values.put(name, text.substring(equals + 1));
      } else if (environment.containsKey(name)) {
        values.put(name, environment.get(name));
      }
    }
    return values;
  }

  /** Labels: {@code K} alone is an empty value. */
  static Map<String, String> of(String option, List<String> texts) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      values.put(named(option, text, equals), equals < 0 ? "" : text.substring(equals + 1));
    }
    return values;
  }

  private static String named(String option, String text, int equals) {
    String name = equals < 0 ? text : text.substring(0, equals);
    if (name.isBlank()) {
      throw CommandFailure.usage(option + " " + text + ": a name must stand before =");
    }
    return name;
  }
}
