package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the value of {@code --mount} or {@code --device} at commas. It is one line of CSV (RFC
 * 4180): a field that holds a comma stands in double quotes as a whole, a quote in it is doubled.
 */
final class CommaFields {

  private static final String BARE_QUOTE = "bare \" in non-quoted field";
  private static final String OPEN_QUOTE = "extraneous or missing \" in quoted-field";

  private final String line;
  private int position;

  private CommaFields(String line) {
    this.line = line;
  }

  /**
   * @throws DockerfileException without a place, if a quote stands where none may
   */
  static List<String> split(String value) {
    String line =
        value.endsWith("\r\n")
            ? value.substring(0, value.length() - 2)
            : value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
    if (line.isEmpty()) {
      throw new DockerfileException("EOF");
    }
    return new CommaFields(line).fields();
  }

  private List<String> fields() {
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (position < line.length()) {
      position++; // the comma
      fields.add(field());
    }
    return fields;
  }

  private String field() {
    if (line.startsWith("\"", position)) {
      position++;
      return quoted();
    }
    int comma = line.indexOf(',', position);
    int end = comma < 0 ? line.length() : comma;
    int quote = line.indexOf('"', position);
    if (quote >= 0 && quote < end) {
      throw malformed(quote, BARE_QUOTE);
    }
    String field = line.substring(position, end);
    position = end;
    return field;
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    while (true) {
      int quote = line.indexOf('"', position);
      if (quote < 0) {
        throw malformed(position, OPEN_QUOTE);
      }
      field.append(line, position, quote);
      position = quote + 1;
      if (position == line.length() || line.charAt(position) == ',') {
        return field.toString();
      }
      if (line.charAt(position) != '"') {
        throw malformed(quote, OPEN_QUOTE);
      }
      field.append('"');
      position++;
    }
  }

  private DockerfileException malformed(int at, String problem) {
    int column = line.substring(0, at).getBytes(StandardCharsets.UTF_8).length + 1;
    return new DockerfileException("parse error on line 1, column " + column + ": " + problem);
  }
}
