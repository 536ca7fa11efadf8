package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes quotes and escapes off a word and puts the values of variables in: {@code $v}, {@code
 * ${v}}, {@code ${v:-w}}, {@code ${v-w}}, {@code ${v:+w}}, {@code ${v+w}}, {@code ${v:?m}}, {@code
 * ${v?m}}, {@code ${v#p}}, {@code ${v##p}}, {@code ${v%p}}, {@code ${v%%p}}, {@code ${v/p/r}},
 * {@code ${v//p/r}}. The rules and error texts are those of BuildKit's {@code
 * frontend/dockerfile/shell}; a variable that is not set is empty.
 *
 * <p>Every method throws a {@link DockerfileException} without a place for a word that is not well
 * formed, that nests variables more than {@value WordLexer#MAX_NESTING} deep, or that values make
 * longer by more than {@value WordLexer#MAX_GROWTH} characters. Immutable, thread-safe.
 */
public final class WordExpansion {

  /**
   * What a word became.
   *
   * @param text the word as one
   * @param words the same split at blanks that were not quoted; no word is empty
   * @param used names of the variables that had a value
   * @param unset names that were looked up and had none
   */
  public record Expansion(String text, List<String> words, Set<String> used, Set<String> unset) {
    public Expansion {
      words = List.copyOf(words);
      used = Set.copyOf(used);
      unset = Set.copyOf(unset);
    }
  }

  private final WordLexer.Rules rules;

  /**
   * @param escape the escape character of the Dockerfile, see {@link ParserDirectives#escape}
   */
  public WordExpansion(char escape) {
    this(WordLexer.Rules.of(escape));
  }

  private WordExpansion(WordLexer.Rules rules) {
    this.rules = rules;
  }

  /** For the text of here-documents: quotes are text, and the escape is always a backslash. */
  static WordExpansion ofText() {
    return new WordExpansion(WordLexer.Rules.of('\\').withQuotesAsText());
  }

  /** The word with values put in, blanks kept. */
  public String expand(String word, Map<String, String> variables) {
    return trace(word, variables).text();
  }

  /** The word with values put in, then split at blanks that were not quoted. */
  public List<String> expandToWords(String word, Map<String, String> variables) {
    return trace(word, variables).words();
  }

  /** Expands and tells which variables were asked for, as build checks and cache keys need it. */
  public Expansion trace(String word, Map<String, String> variables) {
    return new WordLexer(rules, word, variables).expansion();
  }
}
