package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits the arguments of ENV, LABEL and ARG at blanks that are neither quoted nor escaped. Quotes
 * and escapes stay in the words, to be taken off when variables are put in; only an escape at the
 * very end is dropped.
 */
final class QuotedWords {

  private QuotedWords() {}

  static List<String> split(String text, char escape) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && Blanks.isBlank(c)) {
        finish(word, words);
        continue;
      }
      boolean escapes = c == escape && quote != '\'';
      if (escapes && i + 1 == text.length()) {
        break;
      }
      if (escapes) {
        word.append(c);
        i++;
        c = text.charAt(i);
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      word.append(c);
    }
    finish(word, words);
    return words;
  }

  private static void finish(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }
}
