package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.model.Mount;
import io.jenkins.plugins.dockerfilebuild.content.ProducedStream;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import java.io.IOException;
import java.util.Map;

/**
 * A volume with a container that has it and is never started: through the container its files are
 * read and written, and because of it the engine removes the volume for nobody.
 */
public final class VolumeFiles implements AutoCloseable {

  /** Writes entries of an archive; their paths begin with {@link AuxiliaryContainers#AT}. */
  @FunctionalInterface
  public interface Entries {
    void writeTo(TarWriter tar) throws IOException;
  }

  private final StepContainer container;
  private final InspectVolumeResponse volume;

  private VolumeFiles(StepContainer container, InspectVolumeResponse volume) {
    this.container = container;
    this.volume = volume;
  }

  /** A volume that is made, empty and without labels, if there is none of that name. */
  public static VolumeFiles open(Engine engine, AuxiliaryContainers containers, String name) {
    StepContainer container = containers.holding(AuxiliaryContainers.volume(name));
    boolean opened = false;
    try {
      VolumeFiles files =
          new VolumeFiles(container, engine.ask(docker -> docker.inspectVolumeCmd(name).exec()));
      opened = true;
      return files;
    } finally {
      if (!opened) {
        container.close();
      }
    }
  }

  /** The value of a label, {@code ""} if the volume lacks it. */
  public String label(String name) {
    Map<String, String> labels = volume.getLabels();
    return labels == null ? "" : labels.getOrDefault(name, "");
  }

  /**
   * Where a file of the volume lies on the engine's file system, for its binds.
   *
   * @param path absolute in the volume
   */
  public String enginePath(String path) {
    return volume.getMountpoint() + (path.equals("/") ? "" : path);
  }

  /** Where a file of the volume lies in archives and for {@link #files}. */
  public static String at(String path) {
    return path.equals("/") ? AuxiliaryContainers.AT : AuxiliaryContainers.AT + path;
  }

  /** The volume as a mount of {@link AuxiliaryContainers}. */
  public Mount mount() {
    return AuxiliaryContainers.volume(volume.getName());
  }

  /** What the volume holds. */
  public ContainerFiles files() {
    return container.files();
  }

  /** Writes files; those that are there are replaced, directories are merged. */
  public void write(Entries entries) throws IOException {
    write(container.files(), entries);
  }

  /** Likewise, names given as {@link TarWriter#ofBytes} wants them. */
  public void writeBytes(Entries entries) throws IOException {
    send(
        container.files(),
        "/",
        out -> {
          try (TarWriter tar = TarWriter.ofBytes(out)) {
            entries.writeTo(tar);
          }
        });
  }

  /** Writes files to any container, times to the nanosecond. */
  public static void write(ContainerFiles files, Entries entries) throws IOException {
    writeBelow(files, "/", entries);
  }

  /**
   * As {@link #write}, paths given from a directory of the container. Of one that does not run
   * Podman writes into a mount only where it is named so.
   */
  public static void writeBelow(ContainerFiles files, String directory, Entries entries)
      throws IOException {
    send(
        files,
        directory,
        out -> {
          try (TarWriter tar = TarWriter.withExactTimes(out)) {
            entries.writeTo(tar);
          }
        });
  }

  private static void send(ContainerFiles files, String directory, ProducedStream.Producer producer)
      throws IOException {
    try (ProducedStream archive = ProducedStream.of("files for a volume", producer)) {
      try {
        files.write(directory, archive);
      } catch (IOException | RuntimeException e) {
        archive.throwFailure();
        throw e;
      }
      archive.throwFailure();
    }
  }

  /** Lets it go; the volume stays. */
  @Override
  public void close() {
    container.close();
  }
}
