package io.jenkins.plugins.dockerfilebuild.dockerfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The JSON (exec) form of arguments: strictly JSON, and an array of strings. */
final class JsonForm {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonForm() {}

  /**
   * The strings of a JSON array; empty if the text is not a JSON array, so that it is to be read as
   * shell form.
   *
   * @throws DockerfileException if it is a JSON array that holds something else than strings
   */
  static Optional<List<String>> parse(String text) {
    String array = Blanks.trimLeading(text);
    if (!array.startsWith("[")) {
      return Optional.empty();
    }
    List<String> strings = new ArrayList<>();
    boolean onlyStrings = true;
    try (JsonParser parser = JSON.createParser(array)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          strings.add(withoutLoneSurrogates(parser.getText()));
        } else {
          onlyStrings = false;
          parser.skipChildren();
        }
        if (parser.currentToken() == null) {
          return Optional.empty();
        }
      }
      if (parser.nextToken() != null) {
        return Optional.empty();
      }
    } catch (IOException notJson) {
      return Optional.empty();
    }
    if (!onlyStrings) {
      throw new DockerfileException(
          "when using JSON array syntax, arrays must be comprised of strings only");
    }
    return Optional.of(strings);
  }

  /** A field of a text that is one JSON object as a whole; the last where it stands twice. */
  static Optional<String> stringField(String text, String name) {
    if (!Blanks.trimLeading(text).startsWith("{")) {
      return Optional.empty();
    }
    Optional<String> value = Optional.empty();
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(name);
        boolean string = parser.nextToken() == JsonToken.VALUE_STRING;
        if (wanted) {
          value = string ? Optional.of(parser.getText()) : Optional.empty();
        }
        parser.skipChildren();
      }
      return parser.nextToken() == null ? value : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private static String withoutLoneSurrogates(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
