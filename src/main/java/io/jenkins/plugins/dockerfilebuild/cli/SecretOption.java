package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code --secret id=ID[,src=PATH|,env=NAME]}. As in buildx, {@code source} is {@code src}, and
 * with neither the variable of the secret's own name is taken, or else the file of that name.
 */
final class SecretOption {

  /** The limit that BuildKit has for one secret, 500 KiB. */
  private static final int MAX_BYTES = 500 * 1024;

  private final AttributeList attributes;
  private final String id;

  private SecretOption(AttributeList attributes, String id) {
    this.attributes = attributes;
    this.id = id;
  }

  static SecretOption parse(String text) {
    AttributeList attributes =
        new AttributeList("--secret", text, List.of("id", "type", "src", "source", "env"));
    String id =
        attributes
            .get("id")
            .filter(value -> !value.isEmpty())
            .orElseThrow(() -> attributes.wrong("id= is missing"));
    attributes
        .get("type")
        .filter(type -> !List.of("file", "env").contains(type))
        .ifPresent(
            type -> {
              throw attributes.wrong("unknown type \"" + type + "\"", "types are file and env");
            });
    return new SecretOption(attributes, id);
  }

  String id() {
    return id;
  }

  /**
   * Reads the secret.
   *
   * @throws CommandFailure the variable is not set, or the file cannot be read or is too large
   */
  Bytes read(Map<String, String> environment) {
    String source = attributes.get("src").or(() -> attributes.get("source")).orElse("");
    boolean fromVariable =
        attributes.get("env").isPresent()
            || attributes.get("type").filter("env"::equals).isPresent()
            || (source.isEmpty() && environment.containsKey(id));
    if (fromVariable) {
      String name = attributes.get("env").orElse(source.isEmpty() ? id : source);
      if (!environment.containsKey(name)) {
        throw attributes.wrong("the variable " + name + " is not set");
      }
      return Bytes.utf8(environment.get(name));
    }
    return readFile(source.isEmpty() ? id : source);
  }

  private Bytes readFile(String file) {
    try (InputStream stream = Files.newInputStream(Path.of(file))) {
      byte[] content = stream.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw attributes.wrong("the file holds more than " + MAX_BYTES + " bytes");
      }
      return Bytes.of(content);
    } catch (IOException e) {
      throw attributes.wrong("cannot read the file " + file + ": " + FileProblem.of(e));
    }
  }
}
