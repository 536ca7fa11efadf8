package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A here-document of a RUN, COPY or ADD.
 *
 * @param name the delimiter without quotes, which is also the file's name in COPY and ADD
 * @param fileDescriptor the number before {@code <<}, 0 when there is none
 * @param expand false when any part of the delimiter was quoted: variables stay as written
 * @param chomp true for {@code <<-}: leading tabs are stripped when the content is used
 * @param content raw text as in the file, line ends kept, tabs not yet stripped
 */
public record HereDocument(
    String name, int fileDescriptor, boolean expand, boolean chomp, String content) {

  private static final Pattern LEADING_TABS =
      Pattern.compile("^\\t++", Pattern.MULTILINE | Pattern.UNIX_LINES);

  /** As the shell would see the words of a line, but with everything left in them. */
  private static final WordLexer.Rules WORDS_OF_A_LINE =
      new WordLexer.Rules('\\', true, true, false, true);

  private static final WordLexer.Rules QUOTED_DELIMITER =
      new WordLexer.Rules('\\', true, false, false, true);

  private static final WordLexer.Rules DELIMITER =
      new WordLexer.Rules('\\', false, false, false, true);

  /** The content as it is used where variables are not BuildKit's business: tabs stripped. */
  public String text() {
    return chomp ? LEADING_TABS.matcher(content).replaceAll("") : content;
  }

  /**
   * The content of the file that COPY and ADD make of it: tabs stripped and, unless the delimiter
   * was quoted, variables put in.
   *
   * @throws DockerfileException without a place, if a variable is not well-formed
   */
  public String text(Map<String, String> variables) {
    return expand ? WordExpansion.ofText().expand(text(), variables) : text();
  }

  /**
   * The name of the file that it becomes.
   *
   * @throws DockerfileException without a place, if the delimiter is no plain file name
   */
  String fileName() {
    if (name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
      throw new DockerfileException(
          "",
          0,
          "a heredoc that becomes a file cannot be named " + Quoted.of(name),
          Optional.of("use a delimiter without slashes"));
    }
    return name;
  }

  HereDocument withContent(String content) {
    return new HereDocument(name, fileDescriptor, expand, chomp, content);
  }

  /**
   * The here-documents that a line announces, without content. None if the line is not well formed
   * to {@link WordExpansion}: {@code RUN echo it's <<EOF} has none, as in BuildKit.
   */
  static List<HereDocument> announcedBy(String line) {
    List<String> words;
    try {
      words = new WordLexer(WORDS_OF_A_LINE, line, Map.of()).expansion().words();
    } catch (DockerfileException notForUs) {
      return List.of();
    }
    List<HereDocument> documents = new ArrayList<>();
    words.forEach(word -> ofWord(word).ifPresent(documents::add));
    return documents;
  }

  /**
   * The here-document that an argument of an instruction is; none if its quotes are not balanced.
   */
  static Optional<HereDocument> ofArgument(String argument) {
    try {
      return ofWord(argument);
    } catch (DockerfileException unbalanced) {
      return Optional.empty();
    }
  }

  /**
   * The here-document that a word is: an optional number, {@code <<}, an optional dash, a
   * delimiter.
   *
   * @throws DockerfileException without a place, if the delimiter's quotes are not balanced
   */
  private static Optional<HereDocument> ofWord(String word) {
    int digits = 0;
    while (digits < word.length() && word.charAt(digits) >= '0' && word.charAt(digits) <= '9') {
      digits++;
    }
    if (!word.startsWith("<<", digits)) {
      return Optional.empty();
    }
    boolean chomp = word.startsWith("-", digits + 2);
    int start = digits + (chomp ? 3 : 2);
    while (start < word.length() && " \t\n\f\r".indexOf(word.charAt(start)) >= 0) {
      start++;
    }
    String delimiter = word.substring(start);
    if (delimiter.isEmpty() || delimiter.indexOf('<') >= 0) {
      return Optional.empty();
    }
    List<String> names = new WordLexer(DELIMITER, delimiter, Map.of()).expansion().words();
    if (names.size() != 1) {
      return Optional.empty();
    }
    List<String> quoted = new WordLexer(QUOTED_DELIMITER, delimiter, Map.of()).expansion().words();
    if (quoted.size() != 1) {
      throw new DockerfileException(
          "internal lexing of heredoc produced inconsistent results: " + delimiter);
    }
    boolean expand = quotes(names.get(0)) == quotes(quoted.get(0));
    return Optional.of(
        new HereDocument(
            names.get(0), fileDescriptor(word.substring(0, digits)), expand, chomp, ""));
  }

  private static long quotes(String text) {
    return text.chars().filter(c -> c == '\'' || c == '"').count();
  }

  private static int fileDescriptor(String digits) {
    if (digits.isEmpty()) {
      return 0;
    }
    return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }
}
