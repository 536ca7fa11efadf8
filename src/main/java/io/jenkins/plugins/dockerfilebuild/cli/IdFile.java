package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code --iidfile FILE}: where scripts find the image's id. */
record IdFile(Path file) {

  /** Removes what an earlier build left: a build that fails has no image. */
  void clear() {
    try {
      if (Files.isRegularFile(file)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw problem(e);
    }
  }

  /** Writes an id, or a line for each of several, without a line end, as docker does. */
  void write(List<String> ids) {
    byte[] text = String.join("\n", ids).getBytes(StandardCharsets.UTF_8);
    try {
      AtomicFiles.writeNamed(file, out -> out.write(text));
    } catch (IOException e) {
      throw problem(e);
    }
  }

  private CommandFailure problem(IOException e) {
    String problem = "cannot write the image's id to %s: %s".formatted(file, FileProblem.of(e));
    return new CommandFailure(ExitStatus.FAILED, problem, List.of(), e);
  }
}
