package io.jenkins.plugins.dockerfilebuild.dockerfile;

import io.jenkins.plugins.dockerfilebuild.dockerfile.InstructionFlags.Kind;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** RUN: its flags, as far as they can be checked before variables have values. */
final class RunReader {

  private static final List<String> NETWORK_MODES = List.of("default", "host", "none");
  private static final List<String> SECURITY_MODES = List.of("sandbox", "insecure");

  private RunReader() {}

  static Instruction read(Node node, String text) {
    InstructionFlags flags = InstructionFlags.parse(node.flags(), known());
    flags.texts("device").forEach(RunReader::checkDevice);
    flags.texts("mount").forEach(MountOptions::check);
    Instruction.Run run =
        new Instruction.Run(
            node.range(),
            text,
            InstructionReader.command(node.arguments(), node.json()),
            node.heredocs(),
            flags.texts("mount"),
            mode(flags, "network", NETWORK_MODES, "invalid network mode %s"),
            mode(flags, "security", SECURITY_MODES, "security %s is not valid"),
            flags.texts("device"));
    run.script(); // refuses a here-document whose name cannot be a script's
    return run;
  }

  private static Map<String, Kind> known() {
    Map<String, Kind> known = new LinkedHashMap<>();
    known.put("mount", Kind.TEXTS);
    known.put("network", Kind.TEXT);
    known.put("security", Kind.TEXT);
    known.put("device", Kind.TEXTS);
    return known;
  }

  /** The first of {@code valid} is the default. */
  private static String mode(
      InstructionFlags flags, String name, List<String> valid, String problem) {
    String value = flags.texts(name).stream().findFirst().orElse(valid.get(0));
    if (!valid.contains(value)) {
      throw DockerfileException.misspelt(problem.replace("%s", Quoted.of(value)), value, valid);
    }
    return value;
  }

  /** A device's name, bare or as {@code name=}, and {@code required}. */
  private static void checkDevice(String value) {
    Optional<String> name = Optional.empty();
    for (String field : deviceFields(value)) {
      int equals = field.indexOf('=');
      String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      if (key.equals("required")) {
        if (equals >= 0) {
          GoBoolean.parse(key, field.substring(equals + 1));
        }
      } else if (name.isEmpty()) {
        name = Optional.of(key.equals("name") ? field.substring(equals + 1) : field);
      } else if (equals < 0) {
        throw new DockerfileException("invalid field '" + field + "' must be a key=value pair");
      } else if (key.equals("name")) {
        throw new DockerfileException("device name already set to " + name.get());
      } else {
        throw DockerfileException.misspelt(
            "unexpected key '" + key + "' in '" + field + "'", key, List.of("name", "required"));
      }
    }
  }

  private static List<String> deviceFields(String value) {
    try {
      return CommaFields.split(value);
    } catch (DockerfileException e) {
      throw new DockerfileException("failed to parse csv devices: " + e.problem());
    }
  }
}
