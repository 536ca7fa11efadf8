package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables that the words of an instruction and the command of a RUN see. ENV and ARG share
 * one scope, as in BuildKit: of one name, the instruction that comes later wins, and what a stage
 * inherits as ENV is set again when a stage begins, over ARGs of the stage before. For one thread.
 */
final class Variables {

  /** Where a value comes from. */
  enum Origin {
    ENV,
    ARG
  }

  private static final int MOST = 1_000;

  /** Linux hands over at most 2 MiB of arguments and environment (execve(2), a stack of 8 MiB). */
  private static final long MOST_CHARACTERS = 1 << 20;

  private final Map<String, String> values;
  private final Map<String, Origin> origins;

  /** {@code NAME=value} by name: all steps that see a variable share its text. */
  private final Map<String, String> lines;

  /** Length of all names and values. */
  private long characters;

  Variables() {
    this(Map.of(), Map.of(), Map.of(), 0);
  }

  private Variables(
      Map<String, String> values,
      Map<String, Origin> origins,
      Map<String, String> lines,
      long characters) {
    this.values = new LinkedHashMap<>(values);
    this.origins = new HashMap<>(origins);
    this.lines = new LinkedHashMap<>(lines);
    this.characters = characters;
  }

  Variables copy() {
    return new Variables(values, origins, lines, characters);
  }

  void set(String name, String value, Origin origin) {
    String before = values.put(name, value);
    characters +=
        before == null ? name.length() + value.length() : value.length() - before.length();
    origins.put(name, origin);
    lines.put(name, name + "=" + value);
  }

  /** Sets every {@code NAME=value} as ENV. */
  void setAll(List<String> environment) {
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      String name = equals < 0 ? variable : variable.substring(0, equals);
      set(name, equals < 0 ? "" : variable.substring(equals + 1), Origin.ENV);
    }
  }

  /** Whether there is more than any process could be given or any build would want. */
  boolean areTooMany() {
    return values.size() > MOST || characters > MOST_CHARACTERS;
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Where the value of a variable that is set comes from. */
  Origin origin(String name) {
    return origins.getOrDefault(name, Origin.ENV);
  }

  /** A view, in the order in which the names were first set. */
  Map<String, String> values() {
    return Collections.unmodifiableMap(values);
  }

  /** {@code NAME=value} in the order of {@link #values}. */
  List<String> environment() {
    return List.copyOf(lines.values());
  }
}
