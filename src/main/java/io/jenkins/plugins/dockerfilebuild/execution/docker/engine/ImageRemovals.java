package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Removes files of what a container left, in another container on top of it: its image is given our
 * program, which removes itself last. Thread-safe.
 */
public final class ImageRemovals {

  private static final String PROGRAM = "/.dockerfile-build-remove";

  private final Engine engine;
  private final EngineImages images;
  private final String session;
  private final Optional<byte[]> program;

  /**
   * @param platform the engine's
   */
  public ImageRemovals(Engine engine, EngineImages images, String session, String platform) {
    this.engine = engine;
    this.images = images;
    this.session = session;
    this.program = StaticProgram.REMOVE.file(Platform.parse(platform).architecture());
  }

  /** Whether there is a program for the engine. */
  public boolean canRun() {
    return program.isPresent();
  }

  /** Says what is to be removed. */
  @FunctionalInterface
  public interface Choice {

    /**
     * @param files that are there, without what was mounted
     * @return children before parents; what cannot be removed stays
     */
    List<FileRemoval> of(ContainerFiles files) throws IOException;
  }

  /**
   * A container with what another left, but for some of it.
   *
   * @param container that has ended
   * @param undo gets what removes the new container and all that is below it
   */
  public StepContainer without(StepContainer container, Choice choice, Undo undo)
      throws IOException {
    String image =
        new RawApi(engine)
            .commit(container.id(), Map.of(StepLabels.AUXILIARY, "1"), ImageJson.PART_OF_NEXT);
    // What it holds belongs to the images made from it as well: containerd counts who needs a blob.
    undo.add(() -> images.remove(image));
    StepContainer top = create(image, removals(image, choice));
    undo.add(top::close);
    top.files().write("/", new ByteArrayInputStream(archive()));
    run(top);
    return top;
  }

  private List<FileRemoval> removals(String image, Choice choice) throws IOException {
    try (StepContainer reader = StepContainer.holding(engine, image, session)) {
      return choice.of(reader.files());
    }
  }

  private StepContainer create(String image, List<FileRemoval> removals) {
    List<String> command = new ArrayList<>(List.of(PROGRAM));
    Stream.concat(removals.stream(), Stream.of(new FileRemoval(PROGRAM, false)))
        .forEach(removal -> command.add(removal.word("")));
    HostConfig host =
        HostConfig.newHostConfig()
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
            .withNetworkMode("none");
    return StepContainer.create(
        engine,
        image,
        session,
        create ->
            create.withUser("0").withWorkingDir("/").withEntrypoint(command).withHostConfig(host));
  }

  private byte[] archive() throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(PROGRAM.substring(1));
    entry.setModTime(0);
    entry.setMode(0700);
    return ImageTar.of(tar -> tar.put(entry, program.orElseThrow()));
  }

  private void run(StepContainer container) throws IOException {
    engine.ask(docker -> docker.startContainerCmd(container.id()).exec());
    engine.await(
        docker -> {
          try (WaitContainerResultCallback wait = new WaitContainerResultCallback()) {
            return docker.waitContainerCmd(container.id()).exec(wait).awaitStatusCode();
          }
        });
  }
}
