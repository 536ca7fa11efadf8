package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern for paths, as {@code .dockerignore} and {@code --exclude} have them: {@code *} and
 * {@code ?} stop at slashes, {@code **} is any number of directories, {@code [a-c]} and {@code
 * [^a-c]} are one character, a backslash takes the meaning of the next. Semantics and errors are
 * those of moby/patternmatcher. Things that it only does by accident are different here: a class
 * that holds {@code *} or {@code ?}, and a backslash before a letter or a digit, match nothing;
 * {@code |} and {@code ^} mean themselves.
 *
 * <p>Matching follows all alternatives at once: its time is bounded by the length of the pattern
 * times that of the path. Immutable, thread-safe.
 */
final class PathPattern {

  /** What one character of a path may be. */
  private enum Kind {
    CHARACTER,
    CLASS,
    /** {@code ?} */
    NO_SLASH,
    /** {@code *} */
    ANY_BUT_SLASH,
    /** {@code **} followed by something: nothing, or anything that ends in a slash. */
    DIRECTORIES,
    /** {@code **} at one end: anything. */
    ANYTHING,
    NEVER
  }

  /**
   * @param ranges of a class, pairs of first and last
   */
  private record Token(Kind kind, int character, boolean negated, List<Integer> ranges) {

    static Token of(Kind kind) {
      return new Token(kind, 0, false, List.of());
    }

    static Token of(int character) {
      return new Token(Kind.CHARACTER, character, false, List.of());
    }

    boolean repeats() {
      return kind == Kind.ANY_BUT_SLASH || kind == Kind.DIRECTORIES || kind == Kind.ANYTHING;
    }

    /** Whether it may take this character and stay where it is. */
    boolean staysAt(int c) {
      return repeats() && (kind != Kind.ANY_BUT_SLASH || c != '/');
    }

    /** Whether this character brings the match behind it. */
    boolean endsAt(int c) {
      return switch (kind) {
        case CHARACTER -> c == character;
        case CLASS -> negated != inRanges(c);
        case NO_SLASH -> c != '/';
        case DIRECTORIES -> c == '/';
        case ANY_BUT_SLASH, ANYTHING, NEVER -> false;
      };
    }

    private boolean inRanges(int c) {
      for (int i = 0; i < ranges.size(); i += 2) {
        if (ranges.get(i) <= c && c <= ranges.get(i + 1)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Reads a pattern into tokens. */
  private static final class Reader {
    private final int[] source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;

    Reader(String pattern) {
      this.source = pattern.codePoints().toArray();
    }

    List<Token> read() {
      while (position < source.length) {
        int c = source[position++];
        switch (c) {
          case '*' -> star();
          case '?' -> tokens.add(Token.of(Kind.NO_SLASH));
          case '[' -> tokens.add(characterClass());
          case '\\' -> tokens.add(escaped());
          default -> tokens.add(Token.of(c));
        }
      }
      return tokens;
    }

    private void star() {
      if (!at('*')) {
        tokens.add(Token.of(Kind.ANY_BUT_SLASH));
        return;
      }
      boolean first = position == 1;
      position++;
      boolean slash = at('/');
      if (slash) {
        position++;
      }
      boolean last = position == source.length;
      // "**foo" without a slash is "ends in foo", unless it holds another wildcard.
      boolean suffix = first && !slash && isLiteral();
      tokens.add(Token.of(last || suffix ? Kind.ANYTHING : Kind.DIRECTORIES));
    }

    private boolean isLiteral() {
      for (int i = position; i < source.length; i++) {
        if ("*?[]\\".indexOf(source[i]) >= 0) {
          return false;
        }
      }
      return true;
    }

    private Token escaped() {
      if (position == source.length) {
        throw malformed();
      }
      int c = source[position++];
      return isAsciiLetterOrDigit(c) ? Token.of(Kind.NEVER) : Token.of(c);
    }

    private Token characterClass() {
      boolean negated = at('^');
      if (negated) {
        position++;
      }
      boolean wildcard = false;
      List<Integer> ranges = new ArrayList<>();
      while (ranges.isEmpty() || !at(']')) {
        wildcard |= at('*') || at('?');
        int first = bound();
        int last = first;
        if (at('-')) {
          position++;
          last = bound();
        }
        if (last < first) {
          throw malformed();
        }
        ranges.add(first);
        ranges.add(last);
      }
      position++;
      return wildcard
          ? Token.of(Kind.NEVER)
          : new Token(Kind.CLASS, 0, negated, List.copyOf(ranges));
    }

    /** One end of a range. Something must follow it, if only the end of the class. */
    private int bound() {
      if (at('-') || at(']')) {
        throw malformed();
      }
      if (at('\\')) {
        position++;
      }
      if (position + 1 >= source.length) {
        throw malformed();
      }
      return source[position++];
    }

    private boolean at(int c) {
      return position < source.length && source[position] == c;
    }
  }

  private final Token[] tokens;

  /** The longest literal piece. Nearly all paths lack it, which is quickly seen. */
  private final String indispensable;

  private PathPattern(List<Token> tokens) {
    this.tokens = tokens.toArray(Token[]::new);
    this.indispensable = longestLiteral(tokens);
  }

  private static String longestLiteral(List<Token> tokens) {
    String longest = "";
    StringBuilder literal = new StringBuilder();
    for (Token token : tokens) {
      if (token.kind() == Kind.CHARACTER) {
        literal.appendCodePoint(token.character());
        continue;
      }
      longest = longest.length() < literal.length() ? literal.toString() : longest;
      literal.setLength(0);
    }
    return longest.length() < literal.length() ? literal.toString() : longest;
  }

  /**
   * @param pattern a clean path, relative, with slashes
   * @throws DockerfileException without a place, if the pattern is malformed
   */
  static PathPattern parse(String pattern) {
    return new PathPattern(new Reader(pattern).read());
  }

  /** Whether the path, or a directory that it is in, matches. */
  boolean matchesOrContains(String path) {
    if (!path.contains(indispensable)) {
      return false;
    }
    Run run = new Run();
    int i = 0;
    while (i < path.length() && run.isAlive()) {
      int c = path.codePointAt(i);
      if (c == '/' && run.hasMatched()) {
        return true;
      }
      run.take(c);
      i += Character.charCount(c);
    }
    return run.hasMatched();
  }

  /** Whether it matches the directory, something above it, or perhaps something in it. */
  boolean mayMatchBelow(String directory) {
    if (matchesOrContains(directory)) {
      return true;
    }
    Run run = new Run();
    (directory + "/").codePoints().forEach(run::take);
    return run.isAlive();
  }

  /** One walk along a path: the tokens that may come next, all of them at once. */
  private final class Run {
    private BitSet states = new BitSet(tokens.length + 1);
    private BitSet next = new BitSet(tokens.length + 1);

    Run() {
      enter(states, 0);
    }

    boolean isAlive() {
      return !states.isEmpty();
    }

    boolean hasMatched() {
      return states.get(tokens.length);
    }

    void take(int c) {
      next.clear();
      for (int j = states.nextSetBit(0);
          0 <= j && j < tokens.length;
          j = states.nextSetBit(j + 1)) {
        if (tokens[j].staysAt(c)) {
          stay(j);
        }
        if (tokens[j].endsAt(c)) {
          enter(next, j + 1);
        }
      }
      BitSet before = states;
      states = next;
      next = before;
    }

    /** What repeats may also be nothing at all. */
    private void enter(BitSet set, int token) {
      int j = token;
      set.set(j);
      while (j < tokens.length && tokens[j].repeats()) {
        j++;
        set.set(j);
      }
    }

    private void stay(int token) {
      next.set(token);
      // In the midst of directories only a slash leads on.
      if (tokens[token].kind() != Kind.DIRECTORIES) {
        enter(next, token + 1);
      }
    }
  }

  private static boolean isAsciiLetterOrDigit(int c) {
    return c < 0x80 && Character.isLetterOrDigit(c);
  }

  private static DockerfileException malformed() {
    return new DockerfileException("syntax error in pattern");
  }
}
