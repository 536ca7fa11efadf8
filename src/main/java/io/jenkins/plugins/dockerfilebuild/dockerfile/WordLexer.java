package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One pass over one word. {@link WordExpansion} says what it does; not thread-safe. */
final class WordLexer {

  static final int MAX_NESTING = 100;
  static final int MAX_GROWTH = 1 << 20;

  private static final int END = -1;

  /**
   * What is special in a word.
   *
   * @param keepQuotes quotes protect blanks but stay in the result
   * @param keepEscapes escape characters work but stay in the result
   * @param quotesAsText quotes are characters like others
   * @param keepUnset references to variables that are not set stay as written
   */
  record Rules(
      char escape,
      boolean keepQuotes,
      boolean keepEscapes,
      boolean quotesAsText,
      boolean keepUnset) {

    static Rules of(char escape) {
      return new Rules(escape, false, false, false, false);
    }

    Rules withQuotesAsText() {
      return new Rules(escape, keepQuotes, keepEscapes, true, keepUnset);
    }
  }

  /** Collects words; what is added raw is never split. */
  private static final class Words {
    private final List<String> finished = new ArrayList<>();
    private final StringBuilder current = new StringBuilder();

    void add(int c) {
      if (Blanks.isBlank(c)) {
        finish();
      } else {
        current.appendCodePoint(c);
      }
    }

    void finish() {
      if (!current.isEmpty()) {
        finished.add(current.toString());
        current.setLength(0);
      }
    }
  }

  private final Rules rules;
  private final String word;
  private final int[] source;
  private final Map<String, String> variables;
  private final Set<String> used = new HashSet<>();
  private final Set<String> unset = new HashSet<>();
  private int position;
  private int nesting;
  private long growth;
  private boolean keepEscapes;

  WordLexer(Rules rules, String word, Map<String, String> variables) {
    this.rules = rules;
    this.word = word;
    this.source = word.codePoints().toArray();
    this.variables = variables;
    this.keepEscapes = rules.keepEscapes();
  }

  /**
   * @throws DockerfileException if the word is not well formed
   */
  WordExpansion.Expansion expansion() {
    Words words = new Words();
    try {
      String text = upTo(END, keepEscapes, words);
      words.finish();
      return new WordExpansion.Expansion(text, words.finished, used, unset);
    } catch (DockerfileException e) {
      throw new DockerfileException("failed to process " + Quoted.of(word) + ": " + e.problem());
    }
  }

  private int peek() {
    return position < source.length ? source[position] : END;
  }

  private int next() {
    return position < source.length ? source[position++] : END;
  }

  /** Expands up to {@code stop}, which is read but not part of the result. */
  private String upTo(int stop, boolean keepEscapes, Words words) {
    boolean outer = this.keepEscapes;
    this.keepEscapes = keepEscapes;
    try {
      StringBuilder out = new StringBuilder();
      for (int c = peek(); c != END && c != stop; c = peek()) {
        element(c, out, words);
      }
      if (next() != stop) {
        throw new DockerfileException(
            "unexpected end of statement while looking for matching " + Character.toString(stop));
      }
      return out.toString();
    } finally {
      this.keepEscapes = outer;
    }
  }

  private void element(int c, StringBuilder out, Words words) {
    if (c == '$') {
      String value = dollar();
      out.append(value);
      value.codePoints().forEach(words::add);
    } else if (c == '<' || (!rules.quotesAsText() && (c == '\'' || c == '"'))) {
      String text = c == '<' ? hereDocumentOperator() : c == '"' ? doubleQuoted() : singleQuoted();
      out.append(text);
      words.current.append(text);
    } else if (c == rules.escape()) {
      escaped(out, words);
    } else {
      next();
      out.appendCodePoint(c);
      words.add(c);
    }
  }

  private void escaped(StringBuilder out, Words words) {
    int escape = next();
    if (keepEscapes) {
      out.appendCodePoint(escape);
      words.current.appendCodePoint(escape);
    }
    int c = next();
    if (c != END) {
      out.appendCodePoint(c);
      words.current.appendCodePoint(c);
    }
  }

  /** Blanks between {@code <<} and its delimiter do not split the two. */
  private String hereDocumentOperator() {
    StringBuilder out = new StringBuilder().appendCodePoint(next());
    if (peek() == '<') {
      out.appendCodePoint(next());
      while (peek() == ' ' || peek() == '\t' || peek() == '\r') {
        out.appendCodePoint(next());
      }
    }
    return out.toString();
  }

  private String singleQuoted() {
    StringBuilder out = new StringBuilder();
    quote(next(), out);
    for (int c = next(); c != '\''; c = next()) {
      if (c == END) {
        throw new DockerfileException(
            "unexpected end of statement while looking for matching single-quote");
      }
      out.appendCodePoint(c);
    }
    quote('\'', out);
    return out.toString();
  }

  private String doubleQuoted() {
    StringBuilder out = new StringBuilder();
    quote(next(), out);
    for (int c = peek(); c != '"'; c = peek()) {
      if (c == END) {
        throw new DockerfileException(
            "unexpected end of statement while looking for matching double-quote");
      }
      if (c == '$') {
        out.append(dollar());
      } else if (next() == rules.escape()) {
        escapedInQuotes(out);
      } else {
        out.appendCodePoint(c);
      }
    }
    quote(next(), out);
    return out.toString();
  }

  /** Inside double quotes only the quote, the dollar and the escape itself can be escaped. */
  private void escapedInQuotes(StringBuilder out) {
    if (keepEscapes) {
      out.append(rules.escape());
    }
    int c = peek();
    if (c == '"' || c == '$' || c == rules.escape()) {
      out.appendCodePoint(next());
    } else if (c != END) {
      out.append(rules.escape());
    }
  }

  private void quote(int quote, StringBuilder out) {
    if (rules.keepQuotes()) {
      out.appendCodePoint(quote);
    }
  }

  private String dollar() {
    next();
    if (peek() != '{') {
      String name = name();
      return name.isEmpty() ? "$" : value(name).orElse(rules.keepUnset() ? "$" + name : "");
    }
    next();
    nesting++;
    if (nesting > MAX_NESTING) {
      throw new DockerfileException("variables are nested more than " + MAX_NESTING + " deep");
    }
    String value = braced();
    nesting--;
    return value;
  }

  private String braced() {
    switch (peek()) {
      case END -> throw new DockerfileException("syntax error: missing '}'");
      case '{', '}', ':' -> throw new DockerfileException("syntax error: bad substitution");
      default -> {}
    }
    String name = name();
    int modifier = next();
    return switch (modifier) {
      case '}' -> value(name).orElse(rules.keepUnset() ? "${" + name + "}" : "");
      case ':' -> modified(name, next(), true);
      case '+', '-', '?', '#', '%' -> modified(name, modifier, false);
      case '/' -> replaced(name);
      default -> throw Substitution.unsupported(Substitution.show(modifier));
    };
  }

  private String modified(String name, int modifier, boolean emptyIsUnset) {
    Substitution substitution = new Substitution(name, modifier, emptyIsUnset);
    String operand = operand('}', substitution.isTrim(), "missing '}'");
    Optional<String> value = value(name);
    return rules.keepUnset() && value.isEmpty()
        ? "${" + name + substitution.shown() + operand + "}"
        : substitution.of(value, operand);
  }

  private String replaced(String name) {
    boolean all = peek() == '/';
    if (all) {
      next();
    }
    String pattern = operand('/', true, "missing '/' in ${}");
    String replacement = operand('}', true, "missing '}'");
    Optional<String> value = value(name);
    if (rules.keepUnset() && value.isEmpty()) {
      return "${" + name + "/" + pattern + "/" + replacement + "}";
    }
    ShellPattern parsed = Substitution.pattern(pattern);
    String before = value.orElse("");
    String after =
        all
            ? parsed.replaceAll(before, replacement, MAX_GROWTH)
            : parsed.replaceFirst(before, replacement);
    grow(after.length() - before.length());
    return after;
  }

  /**
   * The text up to {@code stop}. Its words are of no interest; BuildKit's lexer collects them in
   * the buffer of the word around them and so loses what stood before the variable ({@code
   * 80${N:-90}} becomes the word 90), which is not followed here.
   */
  private String operand(int stop, boolean keepEscapes, String missing) {
    try {
      return upTo(stop, keepEscapes, new Words());
    } catch (DockerfileException e) {
      throw peek() == END ? new DockerfileException("syntax error: " + missing) : e;
    }
  }

  /** Digits, or one special parameter of the shell, or letters, digits and underscores. */
  private String name() {
    int start = position;
    if (Character.isDigit(peek())) {
      while (Character.isDigit(peek())) {
        next();
      }
    } else if (peek() != END && "@*#?-$!".indexOf(peek()) >= 0) {
      next();
    } else {
      while (peek() == '_' || Character.isLetterOrDigit(peek())) {
        next();
      }
    }
    return new String(source, start, position - start);
  }

  private Optional<String> value(String name) {
    String value = variables.get(name);
    if (value == null) {
      unset.add(name);
      return Optional.empty();
    }
    used.add(name);
    grow(value.length());
    return Optional.of(value);
  }

  private void grow(int characters) {
    growth += characters;
    if (growth > MAX_GROWTH) {
      throw new DockerfileException("values of variables make it too long");
    }
  }
}
