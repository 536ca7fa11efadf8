package io.jenkins.plugins.dockerfilebuild.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An option's value of the form {@code key=value,key=value}, as --secret and --output have it. Its
 * parts are written as in a line of CSV, as docker takes them: {@code "src=a,b"} in quotes is one.
 */
final class AttributeList {

  private static final Pattern PART =
      Pattern.compile("\\G(?:\"([^\"]*+(?:\"\"[^\"]*+)*+)\"|([^,]*+))(,|\\z)");

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
    for (String part : parts(text)) {
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

  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    Matcher part = PART.matcher(text);
    while (part.find()) {
      String quoted = part.group(1);
      parts.add(quoted == null ? part.group(2) : quoted.replace("\"\"", "\""));
      if (part.group(3).isEmpty()) {
        break;
      }
    }
    return parts;
  }

  Optional<String> get(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  /** A failure that shows the option as it was given. */
  CommandFailure wrong(String reason, String... remedies) {
    return CommandFailure.usage(option + " " + text + ": " + reason, remedies);
  }
}
