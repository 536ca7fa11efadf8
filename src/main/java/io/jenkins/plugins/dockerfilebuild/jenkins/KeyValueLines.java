package io.jenkins.plugins.dockerfilebuild.jenkins;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Lists and maps as the text of a form: an entry a line, {@code NAME=value}. A value that begins
 * with a quotation mark is a JSON string, so that line ends have a place in it. Blank lines do not
 * count.
 */
final class KeyValueLines {

  private static final JsonFactory JSON = new JsonFactory();

  private KeyValueLines() {}

  /** The lines of a list. */
  static List<String> list(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /**
   * Platforms, one a line or separated by commas; each counts once.
   *
   * @throws IllegalArgumentException one of them is none; says which
   */
  static List<Platform> platforms(String text) {
    try {
      return list(text.replace(',', '\n')).stream().map(Platform::parse).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("platforms: " + e.getMessage(), e);
    }
  }

  /**
   * The entries of a map, in their order.
   *
   * @param field that the user knows the text by
   * @throws IllegalArgumentException a line is no entry; says which
   */
  static Map<String, String> map(String field, String text) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String line : list(text)) {
      int sign = line.indexOf('=');
      if (sign < 1) {
        throw new IllegalArgumentException(
            field + ": \"" + line + "\" is not NAME=value; write one entry a line");
      }
      entries.put(line.substring(0, sign).strip(), value(field, line.substring(sign + 1).strip()));
    }
    return entries;
  }

  /**
   * The entries of a map in which a line without a sign is what {@code default} stands for, as
   * where there is one.
   *
   * @param field that the user knows the text by
   */
  static Map<String, String> mapOrDefault(String field, String text) {
    String lines =
        list(text).stream()
            .map(line -> line.contains("=") ? line : "default=" + line)
            .collect(Collectors.joining("\n"));
    return map(field, lines);
  }

  private static String value(String field, String text) {
    if (!text.startsWith("\"")) {
      return text;
    }
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == JsonToken.VALUE_STRING) {
        String value = parser.getText();
        if (parser.nextToken() == null) {
          return value;
        }
      }
      throw new IllegalArgumentException(field + ": " + text + " is more than one JSON string");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          field + ": " + text + " begins with a quotation mark but is no JSON string", e);
    }
  }

  /** The text of what a Pipeline says, which may be a list, a map or already text. */
  static Object text(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + quoted(String.valueOf(entry.getValue())))
          .collect(Collectors.joining("\n"));
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining("\n"));
    }
    return value;
  }

  /**
   * A map for people to read; text that is none stays what it is, as does one with a dot in a name:
   * Pipeline's snippet generator takes {@code a.b} for an identifier and leaves out its quotes.
   */
  static Object mapOrText(String field, Object text) {
    try {
      Map<String, String> map = map(field, (String) text);
      return map.keySet().stream().anyMatch(name -> name.contains(".")) ? text : map;
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static String quoted(String value) {
    boolean plain =
        value.lines().count() <= 1 && !value.startsWith("\"") && value.equals(value.strip());
    return plain
        ? value
        : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
  }
}
