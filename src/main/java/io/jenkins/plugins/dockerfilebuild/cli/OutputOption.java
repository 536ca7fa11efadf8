package io.jenkins.plugins.dockerfilebuild.cli;

import java.util.List;
import java.util.Optional;

/**
 * {@code --output type=docker[,dest=PATH]}: the image stays in the engine, and with {@code dest} is
 * also written there as {@code docker save} does. {@code --output type=tar,dest=PATH}: what its
 * root file system holds is written, without image and layers, as in BuildKit. {@code -} is
 * standard output.
 */
record OutputOption(Type type, Optional<String> destination) {

  static final String STANDARD_OUTPUT = "-";

  /** What is written. */
  enum Type {
    DOCKER,
    TAR
  }

  static OutputOption parse(String text) {
    AttributeList attributes = new AttributeList("--output", text, List.of("type", "dest"));
    String type = attributes.get("type").orElseThrow(() -> attributes.wrong("type= is missing"));
    Optional<String> destination = attributes.get("dest").filter(path -> !path.isEmpty());
    return switch (type) {
      case "docker" -> new OutputOption(Type.DOCKER, destination);
      case "tar" -> {
        if (destination.isEmpty()) {
          throw attributes.wrong("dest= is missing", "dest=- writes to standard output");
        }
        yield new OutputOption(Type.TAR, destination);
      }
      case "oci", "local" ->
          throw attributes.wrong(
              "this version does not write type=" + type,
              "type=docker,dest=PATH writes an archive for \"docker load\"",
              "type=tar,dest=PATH writes the files of the image");
      default ->
          throw attributes.wrong(
              "unknown type \"" + type + "\"", "types are docker, tar, oci and local");
    };
  }
}
