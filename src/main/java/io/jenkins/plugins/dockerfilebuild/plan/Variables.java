package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.ArrayList;
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

  private final Map<String, String> values;
  private final Map<String, Origin> origins;

  Variables() {
    this(Map.of(), Map.of());
  }

  private Variables(Map<String, String> values, Map<String, Origin> origins) {
    this.values = new LinkedHashMap<>(values);
    this.origins = new HashMap<>(origins);
  }

  Variables copy() {
    return new Variables(values, origins);
  }

  void set(String name, String value, Origin origin) {
    values.put(name, value);
    origins.put(name, origin);
  }

  /** Sets every {@code NAME=value} as ENV. */
  void setAll(List<String> environment) {
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      String name = equals < 0 ? variable : variable.substring(0, equals);
      set(name, equals < 0 ? "" : variable.substring(equals + 1), Origin.ENV);
    }
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
    List<String> lines = new ArrayList<>(values.size());
    values.forEach((name, value) -> lines.add(name + "=" + value));
    return lines;
  }
}
