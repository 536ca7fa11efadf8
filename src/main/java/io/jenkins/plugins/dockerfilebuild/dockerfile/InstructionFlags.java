package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The flags of one instruction, checked against those that it knows. */
final class InstructionFlags {

  /** What a flag takes: nothing or a truth value; one text; any number of texts. */
  enum Kind {
    BOOLEAN,
    TEXT,
    TEXTS
  }

  private final Map<String, List<String>> values;

  private InstructionFlags(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * @param words flags as written, each with its two dashes
   * @param known the names of the flags that the instruction has
   * @throws DockerfileException without a place, if one is unknown, given twice or malformed
   */
  static InstructionFlags parse(List<String> words, Map<String, Kind> known) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      String flag = equals < 0 ? word : word.substring(0, equals);
      String name = flag.substring(2);
      Kind kind = known.get(name);
      if (kind == null) {
        throw DockerfileException.misspelt("unknown flag: " + flag, name, known.keySet());
      }
      if (values.containsKey(name) && kind != Kind.TEXTS) {
        throw new DockerfileException("duplicate flag specified: " + flag);
      }
      Optional<String> value =
          equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
      values.computeIfAbsent(name, n -> new ArrayList<>()).add(checked(flag, kind, value));
    }
    return new InstructionFlags(values);
  }

  private static String checked(String flag, Kind kind, Optional<String> value) {
    boolean missing = kind == Kind.BOOLEAN ? value.equals(Optional.of("")) : value.isEmpty();
    if (missing) {
      throw new DockerfileException("missing a value on flag: " + flag);
    }
    if (kind != Kind.BOOLEAN) {
      return value.get();
    }
    String bool = value.orElse("true").toLowerCase(Locale.ROOT);
    if (!bool.equals("true") && !bool.equals("false")) {
      throw new DockerfileException(
          "expecting boolean value for flag " + flag + ", not: " + value.get());
    }
    return bool;
  }

  /** The value of a flag; an empty one counts as none, as it does to BuildKit. */
  Optional<String> text(String name) {
    return texts(name).stream().filter(value -> !value.isEmpty()).findFirst();
  }

  List<String> texts(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  boolean isTrue(String name) {
    return bool(name).orElse(false);
  }

  /** Empty if the flag was not given. */
  Optional<Boolean> bool(String name) {
    return texts(name).stream().findFirst().map(Boolean::valueOf);
  }
}
