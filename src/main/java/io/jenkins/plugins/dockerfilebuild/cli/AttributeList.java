package io.jenkins.plugins.dockerfilebuild.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An option's value of the form {@code key=value,key=value}, as --secret and --output have it. */
final class AttributeList {

  private final String option;
  private final String text;
  private final Map<String, String> attributes = new LinkedHashMap<>();

  /**
   * @param option the option's name, for messages
   * @throws CommandFailure a part is no attribute, is not among {@code known}, or comes twice
   */
  AttributeList(String option, String text, List<String> known) {
    this.option = option;
    this.text = text;
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      if (equals < 0 || !known.contains(key)) {
        throw wrong("\"" + part + "\" is not one of " + String.join("=, ", known) + "=");
      }
      if (attributes.put(key, part.substring(equals + 1)) != null) {
        throw wrong("\"" + key + "\" is given twice");
      }
    }
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  /** A failure that shows the option as it was given. */
  CommandFailure wrong(String reason, String... remedies) {
    return CommandFailure.usage(option + " " + text + ": " + reason, remedies);
  }
}
