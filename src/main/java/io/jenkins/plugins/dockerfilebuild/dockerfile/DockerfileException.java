package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Collection;
import java.util.Optional;

/**
 * A Dockerfile (or a {@code .dockerignore}) that is refused. The one exception that this package
 * throws for bad input.
 *
 * <p>What looks at a word or a flag alone ({@link WordExpansion}, {@link Mount#parse}) knows no
 * file: its exceptions have an empty {@link #file}, and whoever knows the place adds it with {@link
 * #at}.
 */
public final class DockerfileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final String problem;
  private final Optional<String> hint;

  /**
   * @param file the name the user knows the file by; empty where it is not known yet
   * @param line 1-based; 0 where the file as a whole is meant
   * @param problem what is wrong, in BuildKit's words where it has some
   * @param hint what to do about it, such as the nearest valid word
   */
  public DockerfileException(String file, int line, String problem, Optional<String> hint) {
    super(
        (file.isEmpty() ? "" : file + (line > 0 ? ":" + line : "") + ": ")
            + problem
            + hint.map(h -> " (" + h + ")").orElse(""));
    this.file = file;
    this.line = line;
    this.problem = problem;
    this.hint = hint;
  }

  DockerfileException(String problem) {
    this("", 0, problem, Optional.empty());
  }

  /** A problem with {@code word}, which may be one of {@code valid} misspelt. */
  static DockerfileException misspelt(String problem, String word, Collection<String> valid) {
    return new DockerfileException(
        "", 0, problem, NearestWord.of(word, valid).map(DockerfileException::didYouMean));
  }

  static String didYouMean(String word) {
    return "did you mean " + word + "?";
  }

  /** The same problem at a place; what is known of its place already stays. */
  public DockerfileException at(String file, int line) {
    return new DockerfileException(
        this.file.isEmpty() ? file : this.file, this.line > 0 ? this.line : line, problem, hint);
  }

  public String file() {
    return file;
  }

  public int line() {
    return line;
  }

  public String problem() {
    return problem;
  }

  public Optional<String> hint() {
    return hint;
  }
}
