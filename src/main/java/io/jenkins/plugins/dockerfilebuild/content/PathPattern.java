package io.jenkins.plugins.dockerfilebuild.content;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A pattern for one element of a path, with the rules of Go's {@code filepath.Match}, which COPY
 * and ADD follow: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a-z]}, and {@code \} before a
 * character that stands for itself.
 */
public final class PathPattern {

  /** Matches one character that passes, or, a star, any number of them. */
  private record Token(boolean star, IntPredicate character) {

    static Token one(IntPredicate character) {
      return new Token(false, character);
    }
  }

  private final List<Token> tokens;

  private PathPattern(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Whether {@code path} has a {@code *}, {@code ?} or {@code [} that is not escaped. */
  public static boolean hasWildcards(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '*' || c == '?' || c == '[') {
        return true;
      }
    }
    return false;
  }

  /** The pattern that means a path as it is, whatever characters it has. */
  public static String quoted(String path) {
    return path.replaceAll("[*?\\[\\\\]", "\\\\$0");
  }

  /** What a pattern without wildcards means: its escapes are taken away. */
  public static String unquoted(String pattern) {
    return pattern.replaceAll("\\\\(.)", "$1");
  }

  /**
   * @throws ContextException a bracket that is not closed, an empty range, a backslash at the end
   */
  public static PathPattern parse(String pattern) {
    return new PathPattern(new Parser(pattern).tokens());
  }

  /** Whether the whole of {@code name} matches. Linear in the two lengths' product at worst. */
  public boolean matches(String name) {
    int[] characters = name.codePoints().toArray();
    int at = 0;
    int token = 0;
    int starToken = -1;
    int starAt = 0;
    while (at < characters.length) {
      if (token < tokens.size() && tokens.get(token).star()) {
        starToken = token++;
        starAt = at;
      } else if (token < tokens.size() && tokens.get(token).character().test(characters[at])) {
        token++;
        at++;
      } else if (starToken >= 0) {
        // Let the last star swallow one more character; earlier stars need not be revisited.
        token = starToken + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    return tokens.subList(token, tokens.size()).stream().allMatch(Token::star);
  }

  private static final class Parser {

    private final String pattern;
    private final int[] characters;
    private int at;

    Parser(String pattern) {
      this.pattern = pattern;
      this.characters = pattern.codePoints().toArray();
    }

    List<Token> tokens() {
      List<Token> tokens = new ArrayList<>();
      while (at < characters.length) {
        switch (characters[at]) {
          case '*' -> {
            at++;
            tokens.add(new Token(true, c -> true));
          }
          case '?' -> {
            at++;
            tokens.add(Token.one(c -> true));
          }
          case '[' -> tokens.add(Token.one(characterClass()));
          default -> {
            int literal = literal();
            tokens.add(Token.one(c -> c == literal));
          }
        }
      }
      return tokens;
    }

    private IntPredicate characterClass() {
      at++;
      boolean negated = at < characters.length && characters[at] == '^';
      if (negated) {
        at++;
      }
      IntPredicate member = range();
      while (at < characters.length && characters[at] != ']') {
        member = member.or(range());
      }
      if (at++ >= characters.length) {
        throw malformed();
      }
      return negated ? member.negate() : member;
    }

    private IntPredicate range() {
      int low = bound();
      if (at >= characters.length || characters[at] != '-') {
        return c -> c == low;
      }
      at++;
      int high = bound();
      return c -> low <= c && c <= high;
    }

    private int bound() {
      if (at >= characters.length || characters[at] == '-' || characters[at] == ']') {
        throw malformed();
      }
      return literal();
    }

    private int literal() {
      if (characters[at] == '\\' && ++at >= characters.length) {
        throw malformed();
      }
      return characters[at++];
    }

    private ContextException malformed() {
      return new ContextException(
          "malformed pattern %s: a [ needs its ], a range two ends, a \\ something after it"
              .formatted(pattern));
    }
  }
}
