package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Optional;

/**
 * A Dockerfile (or a {@code .dockerignore}) that is refused. The one exception that this package
 * throws for bad input.
 */
public final class DockerfileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final String problem;
  private final Optional<String> hint;

  /**
   * @param file the name the user knows the file by
   * @param line 1-based; 0 where the file as a whole is meant
   * @param problem what is wrong, in BuildKit's words where it has some
   * @param hint what to do about it, such as the nearest valid word
   */
  public DockerfileException(String file, int line, String problem, Optional<String> hint) {
    super(
        file
            + (line > 0 ? ":" + line : "")
            + ": "
            + problem
            + hint.map(h -> " (" + h + ")").orElse(""));
    this.file = file;
    this.line = line;
    this.problem = problem;
    this.hint = hint;
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
