package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.ArrayList;
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

  /** A value and where it comes from. */
  record Variable(String value, Origin origin) {}

  private final Map<String, Variable> byName;

  Variables() {
    byName = new LinkedHashMap<>();
  }

  private Variables(Map<String, Variable> start) {
    byName = new LinkedHashMap<>(start);
  }

  Variables copy() {
    return new Variables(byName);
  }

  void set(String name, String value, Origin origin) {
    byName.put(name, new Variable(value, origin));
  }

  /** Sets every {@code NAME=value}. */
  void setAll(List<String> environment) {
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      String name = equals < 0 ? variable : variable.substring(0, equals);
      set(name, equals < 0 ? "" : variable.substring(equals + 1), Origin.ENV);
    }
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(byName.get(name)).map(Variable::value);
  }

  Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    byName.forEach((name, variable) -> values.put(name, variable.value()));
    return values;
  }

  Map<String, Variable> byName() {
    return byName;
  }

  /** {@code NAME=value} in the order in which the names were first set. */
  List<String> environment() {
    List<String> lines = new ArrayList<>();
    byName.forEach((name, variable) -> lines.add(name + "=" + variable.value()));
    return lines;
  }
}
