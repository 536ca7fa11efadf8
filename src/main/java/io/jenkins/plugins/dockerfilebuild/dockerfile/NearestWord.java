package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the valid word that a misspelt one was probably meant to be: the one with the fewest
 * insertions, deletions and replacements, at most two (BuildKit's {@code util/suggest}). Where two
 * are equally near, the one that begins with more of the same letters, then the first in the order
 * given.
 */
public final class NearestWord {

  private static final int TOO_FAR = 3;

  private NearestWord() {}

  /** The nearest of {@code valid}; none if all are too far, or if {@code word} itself is valid. */
  public static Optional<String> of(String word, Collection<String> valid) {
    String nearest = "";
    int least = TOO_FAR;
    for (String candidate : valid) {
      int distance = distance(word, candidate);
      if (distance == 0) {
        return Optional.empty();
      }
      boolean better = commonPrefix(word, candidate) > commonPrefix(word, nearest);
      if (distance < least || (distance == least && distance < TOO_FAR && better)) {
        nearest = candidate;
        least = distance;
      }
    }
    return least == TOO_FAR ? Optional.empty() : Optional.of(nearest);
  }

  /**
   * As {@link #of}, but the case of letters does not count; the answer has the case of the word.
   */
  public static Optional<String> ofAnyCase(String word, Collection<String> valid) {
    String lower = word.toLowerCase(Locale.ROOT);
    return of(lower, valid.stream().map(v -> v.toLowerCase(Locale.ROOT)).toList())
        .map(
            nearest ->
                !word.equals(lower) && word.equals(word.toUpperCase(Locale.ROOT))
                    ? nearest.toUpperCase(Locale.ROOT)
                    : nearest);
  }

  private static int commonPrefix(String a, String b) {
    int length = 0;
    while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }

  /** Levenshtein distance, or {@link #TOO_FAR} at once where the lengths alone say so. */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) >= TOO_FAR) {
      return TOO_FAR;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
