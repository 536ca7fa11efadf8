package io.jenkins.plugins.dockerfilebuild.execution.context;

import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a build finds its files on this machine. Paths are real (no symbolic link is left in them)
 * and lie inside the workspace: who may write a Jenkinsfile may not for that reason read the whole
 * machine.
 */
record ContextPlace(Path directory, Optional<Path> dockerfile) {

  /**
   * @param context relative to the workspace
   * @param dockerfile relative to the workspace; {@code ""}: that of the context; empty: it has
   *     none
   * @throws ContextException one of them is not there, or not inside the workspace
   */
  static ContextPlace find(Path workspace, String context, Optional<String> dockerfile) {
    Path directory = inside(workspace, context, "the build context");
    if (!Files.isDirectory(directory)) {
      throw new ContextException("the build context " + context + " is not a directory");
    }
    return new ContextPlace(
        directory,
        dockerfile
            .map(
                file ->
                    file.isEmpty()
                        ? Path.of(context, ContextDirectory.dockerfileName(directory)).toString()
                        : file)
            .map(file -> inside(workspace, file, "the Dockerfile")));
  }

  private static Path inside(Path workspace, String path, String what) {
    try {
      Path real = workspace.resolve(path).toRealPath();
      if (!real.startsWith(workspace.toRealPath())) {
        throw new ContextException(what + " " + path + " is not inside the workspace");
      }
      return real;
    } catch (IOException | InvalidPathException e) {
      throw new ContextException(what + " " + path + " does not exist in the workspace", e);
    }
  }
}
