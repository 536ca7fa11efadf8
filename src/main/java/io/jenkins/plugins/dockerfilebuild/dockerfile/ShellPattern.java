package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Arrays;
import java.util.Optional;

/**
 * The pattern of {@code ${v#p}}, {@code ${v%p}} and {@code ${v/p/r}}: {@code *} is any text without
 * a line feed, {@code ?} any one character but a line feed, and a backslash takes the meaning of
 * {@code * ? \ } /}. There are no bracket expressions.
 *
 * <p>Matching follows all alternatives at once, so its time is at most the length of the pattern
 * times the length of the value, whatever they hold; beyond {@value #MAX_STEPS} steps it is
 * refused. One instance serves one expansion; it is not thread-safe.
 */
final class ShellPattern {

  private static final int MAX_STEPS = 100_000_000;

  private static final int ANY = -1;
  private static final int STAR = -2;

  /** "No match can be here": greater than every start of a match. */
  private static final int NONE = Integer.MAX_VALUE;

  private record Span(int start, int end) {}

  private final int[] tokens;
  private long steps;

  private ShellPattern(int[] tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws DockerfileException if a backslash precedes anything else than it may
   */
  static ShellPattern parse(String pattern) {
    int[] source = pattern.codePoints().toArray();
    int[] tokens = new int[source.length];
    int count = 0;
    for (int i = 0; i < source.length; i++) {
      int c = source[i];
      if (c == '\\') {
        i++;
        c = i < source.length ? source[i] : 0xFFFD;
        if ("*?\\}/".indexOf(c) < 0) {
          throw new DockerfileException("invalid escape '\\" + Character.toString(c) + "'");
        }
        tokens[count++] = c;
      } else {
        tokens[count++] = c == '*' ? STAR : c == '?' ? ANY : c;
      }
    }
    return new ShellPattern(Arrays.copyOf(tokens, count));
  }

  /** The value without the shortest or longest beginning that matches. */
  String withoutPrefix(String value, boolean longest) {
    int[] text = value.codePoints().toArray();
    return find(text, 0, true, longest)
        .map(span -> new String(text, span.end(), text.length - span.end()))
        .orElse(value);
  }

  /** The value without the shortest or longest end that matches. */
  String withoutSuffix(String value, boolean longest) {
    int[] text = reversed(value.codePoints().toArray());
    return new ShellPattern(reversed(tokens))
        .find(text, 0, true, longest)
        .map(span -> reversed(Arrays.copyOfRange(text, span.end(), text.length)))
        .map(rest -> new String(rest, 0, rest.length))
        .orElse(value);
  }

  /** The value with the first and longest match replaced, as written. */
  String replaceFirst(String value, String replacement) {
    int[] text = value.codePoints().toArray();
    return find(text, 0, false, true)
        .map(
            span ->
                new String(text, 0, span.start())
                    + replacement
                    + new String(text, span.end(), text.length - span.end()))
        .orElse(value);
  }

  /**
   * The value with every match replaced. The replacement is a template, as it is in BuildKit:
   * {@code $0} stands for what matched, {@code $1}, {@code $name} and {@code ${name}} for nothing,
   * {@code $$} for a dollar.
   *
   * @param maxLength of the result, in characters
   */
  String replaceAll(String value, String replacement, int maxLength) {
    int[] text = value.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int from = 0;
    while (from <= text.length) {
      Optional<Span> found = find(text, from, false, true);
      if (found.isEmpty()) {
        break;
      }
      Span span = found.get();
      append(out, text, copied, span.start());
      // An empty match right behind another match is none.
      if (span.end() > copied || span.start() == 0) {
        ReplacementTemplate.append(
            out, replacement, new String(text, span.start(), span.end() - span.start()));
      }
      if (out.length() > maxLength) {
        throw new DockerfileException("a replacement makes the value too long");
      }
      copied = span.end();
      from = Math.max(from + 1, span.end());
    }
    append(out, text, Math.min(copied, text.length), text.length);
    return out.toString();
  }

  /**
   * The leftmost match, and among those that start there the shortest or the longest.
   *
   * @param anchored whether it must start at {@code from}
   */
  private Optional<Span> find(int[] text, int from, boolean anchored, boolean longest) {
    Optional<Span> best = Optional.empty();
    // For every token, where the leftmost match starts that has come as far as that token.
    int[] starts = nowhere();
    for (int i = from; i <= text.length; i++) {
      if (best.isEmpty() && (i == from || !anchored)) {
        starts[0] = Math.min(starts[0], i);
      }
      skipStars(starts);
      int accepted = starts[tokens.length];
      if (accepted != NONE && (best.isEmpty() || accepted <= best.get().start())) {
        best = Optional.of(new Span(accepted, i));
        if (!longest) {
          return best;
        }
      }
      int limit = best.map(Span::start).orElse(NONE - 1);
      boolean alive = i < text.length && advance(starts, text[i], limit);
      if (!alive && (anchored || best.isPresent())) {
        return best;
      }
    }
    return best;
  }

  private void skipStars(int[] starts) {
    for (int j = 0; j < tokens.length; j++) {
      if (tokens[j] == STAR) {
        starts[j + 1] = Math.min(starts[j + 1], starts[j]);
      }
    }
  }

  /** Moves every match that started at {@code limit} or before on by one character. */
  private boolean advance(int[] starts, int c, int limit) {
    steps += starts.length;
    if (steps > MAX_STEPS) {
      throw new DockerfileException("the pattern takes too long to match");
    }
    boolean alive = false;
    // From the end, so that each token still sees where its predecessor was before.
    for (int j = tokens.length; j >= 0; j--) {
      int stays = j < tokens.length && tokens[j] == STAR && c != '\n' ? starts[j] : NONE;
      int comes = j > 0 && accepts(tokens[j - 1], c) ? starts[j - 1] : NONE;
      int start = Math.min(stays, comes);
      starts[j] = start <= limit ? start : NONE;
      alive |= starts[j] != NONE;
    }
    return alive;
  }

  private static boolean accepts(int token, int c) {
    return token == ANY ? c != '\n' : token == c;
  }

  private int[] nowhere() {
    int[] starts = new int[tokens.length + 1];
    Arrays.fill(starts, NONE);
    return starts;
  }

  private static int[] reversed(int[] values) {
    int[] reversed = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }
    return reversed;
  }

  private static void append(StringBuilder out, int[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      out.appendCodePoint(text[i]);
    }
  }
}
