package io.jenkins.plugins.dockerfilebuild.execution.context;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.content.ContextFilter;
import io.jenkins.plugins.dockerfilebuild.content.DirectoryContext;
import io.jenkins.plugins.dockerfilebuild.dockerfile.IgnorePatterns;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the build context in a directory, with what its ignore file leaves of it. */
public final class ContextDirectory {

  private static final String IGNORE_FILE = ".dockerignore";

  /** As many as a Dockerfile may have: far above any real one. */
  private static final int MAX_IGNORE_BYTES = 16 << 20;

  private static final String DOCKERFILE = "Dockerfile";
  private static final String SMALL_DOCKERFILE = "dockerfile";

  private ContextDirectory() {}

  /**
   * Opens a context.
   *
   * @param dockerfile {@code <Dockerfile>.dockerignore} beside it wins over the one of the context;
   *     empty where the Dockerfile is no file
   * @param statCache file that remembers digests between builds of this directory
   * @throws io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException the ignore file is
   *     malformed
   * @throws ContextException the directory or the ignore file cannot be read
   */
  public static DirectoryContext open(Path directory, Optional<Path> dockerfile, Path statCache) {
    return DirectoryContext.open(
        new DirectoryContext.Settings(
            directory,
            filter(ignorePatterns(directory, dockerfile)),
            patterns -> filter(IgnorePatterns.of(patterns)),
            statCache));
  }

  /**
   * The name of its Dockerfile: where none is called so, {@code dockerfile} counts, if it is there.
   */
  public static String dockerfileName(Path directory) {
    boolean small =
        !Files.exists(directory.resolve(DOCKERFILE))
            && Files.exists(directory.resolve(SMALL_DOCKERFILE));
    return small ? SMALL_DOCKERFILE : DOCKERFILE;
  }

  private static IgnorePatterns ignorePatterns(Path directory, Optional<Path> dockerfile) {
    Path file =
        dockerfile
            .map(path -> path.resolveSibling(path.getFileName() + IGNORE_FILE))
            .filter(Files::exists)
            .orElse(directory.resolve(IGNORE_FILE));
    if (!Files.exists(file)) {
      return IgnorePatterns.NONE;
    }
    try (InputStream content = Files.newInputStream(file)) {
      byte[] patterns = content.readNBytes(MAX_IGNORE_BYTES + 1);
      if (patterns.length > MAX_IGNORE_BYTES) {
        throw new ContextException(file + " has more than " + MAX_IGNORE_BYTES + " bytes");
      }
      return IgnorePatterns.parse(file.toString(), patterns);
    } catch (IOException e) {
      throw new ContextException("cannot read " + file + ": " + problem(e), e);
    }
  }

  /** Java's own message of a refusal is nothing but the path. */
  private static String problem(IOException e) {
    return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
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
