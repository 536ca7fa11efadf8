package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles.ContentWriter;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome.Built;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a built image where {@code --output} says. A file is there whole or not at all. */
final class ImageOutput {

  private final BuildSettings settings;
  private final CommandIo io;

  ImageOutput(BuildSettings settings, CommandIo io) {
    this.settings = settings;
    this.io = io;
  }

  void write(OutputOption output, Built built) {
    ContentWriter content =
        switch (output.type()) {
          case DOCKER -> out -> save(built, out);
          case TAR -> out -> flatten(built, out);
        };
    output.destination().ifPresent(destination -> write(destination, content, built));
  }

  private void write(String destination, ContentWriter content, Built built) {
    try {
      if (destination.equals(OutputOption.STANDARD_OUTPUT)) {
        content.writeTo(io.out());
        io.out().flush();
      } else {
        AtomicFiles.write(Path.of(destination), content);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitStatus.FAILED,
          "cannot write the image to " + destination + ": " + FileProblem.of(e),
          List.of("the image itself is built: " + built.imageId()),
          e);
    }
  }

  private void save(Built built, OutputStream out) throws IOException {
    built.agent().services().saveImage(built.imageId(), settings.destination().tags(), out);
  }

  private void flatten(Built built, OutputStream out) throws IOException {
    Path layers = Files.createTempFile(settings.state(), "image", ".tar");
    try {
      try (OutputStream file = Files.newOutputStream(layers)) {
        save(built, file);
      }
      RootFilesystemArchive.write(layers, out);
    } finally {
      Files.deleteIfExists(layers);
    }
  }
}
