package io.jenkins.plugins.dockerfilebuild.build;

import io.jenkins.plugins.dockerfilebuild.archive.OciArchive;
import io.jenkins.plugins.dockerfilebuild.archive.RootFilesystemArchive;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.scheduling.ImageLostException;
import io.jenkins.plugins.dockerfilebuild.scheduling.PlanExecution.Outcome.Built;
import io.jenkins.plugins.dockerfilebuild.scheduling.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Writes a built image where {@code --output} says. */
final class ImageExport {

  private final Built built;
  private final List<String> tags;
  private final Progress progress;

  ImageExport(Built built, List<String> tags, Progress progress) {
    this.built = built;
    this.tags = tags;
    this.progress = progress;
  }

  /**
   * @throws OutputFailedException it cannot be written
   */
  void write(ImageOutput output) throws InterruptedException {
    String target = output.target().name();
    try {
      output.target().write(out -> write(output, out));
    } catch (InterruptedIOException | CancellationException e) {
      throw new InterruptedException("canceled");
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new OutputFailedException(
          "the image %s is built, but cannot be written to %s: %s"
              .formatted(built.imageId(), target, why),
          e);
    }
    String what = "wrote " + output.type().words() + " to " + target;
    progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), what));
  }

  private void write(ImageOutput output, OutputStream out) throws IOException {
    switch (output.written()) {
      case DOCKER -> save(output, out);
      case OCI -> convert(output, archive -> OciArchive.write(archive, tags, out));
      case TAR, LOCAL -> convert(output, archive -> RootFilesystemArchive.write(archive, out));
    }
  }

  /**
   * By its names only where they are part of what is written: another build that gives an image the
   * same name may have done so meanwhile.
   */
  private void save(ImageOutput output, OutputStream out) throws IOException {
    List<String> names = output.type() == ImageOutput.Type.DOCKER ? tags : List.of();
    try {
      built.agent().services().saveImage(built.imageId(), names, out);
    } catch (AgentLostException e) {
      throw new ImageLostException(built.agent(), e);
    }
  }

  @FunctionalInterface
  private interface Conversion {
    void convert(Path archive) throws IOException;
  }

  /** What an engine writes has the list of its layers at its end: it must be there whole. */
  private void convert(ImageOutput output, Conversion conversion) throws IOException {
    Files.createDirectories(output.scratch());
    Path archive = Files.createTempFile(output.scratch(), "image", ".tar");
    try {
      try (OutputStream file = Files.newOutputStream(archive)) {
        save(output, file);
      }
      conversion.convert(archive);
    } finally {
      Files.deleteIfExists(archive);
    }
  }
}
