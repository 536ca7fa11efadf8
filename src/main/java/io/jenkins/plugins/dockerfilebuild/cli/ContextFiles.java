package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.dockerfile.IgnorePatterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens the build context with what its ignore file leaves of it. */
final class ContextFiles {

  private static final String IGNORE_FILE = ".dockerignore";

  private ContextFiles() {}

  /**
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException the ignore file is
   *     malformed
   */
  static DirectoryContext open(BuildSettings settings) {
    return DirectoryContext.open(
        new DirectoryContext.Settings(
            settings.context(),
            filter(ignorePatterns(settings)),
            patterns -> filter(IgnorePatterns.of(patterns)),
            settings.stateOfContext().resolve("stat-cache")));
  }

  /** {@code <Dockerfile>.dockerignore} beside the Dockerfile wins over the one of the context. */
  private static IgnorePatterns ignorePatterns(BuildSettings settings) {
    DockerfileText dockerfile = settings.dockerfile();
    Path own = Path.of(dockerfile.name() + IGNORE_FILE);
    Path file =
        dockerfile.fromFile() && Files.exists(own) ? own : settings.context().resolve(IGNORE_FILE);
    if (!Files.exists(file)) {
      return IgnorePatterns.NONE;
    }
    try {
      return IgnorePatterns.parse(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.INVALID, "cannot read " + file + ": " + FileProblem.of(e), List.of(), e);
    }
  }

  private static ContextFilter filter(IgnorePatterns patterns) {
    return patterns.isEmpty()
        ? ContextFilter.EVERYTHING
        : new ContextFilter() {
          @Override
          public boolean includes(String path) {
            return !patterns.ignores(path);
          }

          @Override
          public boolean mayIncludeBelow(String directory) {
            return patterns.mayIncludeBelow(directory);
          }
        };
  }
}
