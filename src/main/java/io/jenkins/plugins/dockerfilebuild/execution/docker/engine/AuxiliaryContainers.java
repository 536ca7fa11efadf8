package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Containers of images without files or with our own programs alone, through which files on the
 * engine's side are read, written and removed. What is mounted lies at {@link #AT}. Thread-safe.
 */
public final class AuxiliaryContainers {

  /** Where they have their mount. */
  public static final String AT = "/at";

  /** Words of one command: Linux takes 2 MiB for all, 128 KiB for one. */
  private static final int MOST_BYTES = 1 << 19;

  private final Engine engine;
  private final String session;
  private final Supplier<String> empty;
  private final Supplier<Optional<String>> programs;

  /**
   * @param empty gives an image without files
   * @param programs gives the image of our programs, if there are any for the engine
   */
  public AuxiliaryContainers(
      Engine engine, String session, Supplier<String> empty, Supplier<Optional<String>> programs) {
    this.engine = engine;
    this.session = session;
    this.empty = empty;
    this.programs = programs;
  }

  /** Whether containers can be run, not only made. */
  public boolean canRun() {
    return programs.get().isPresent();
  }

  static Mount volume(String name) {
    return new Mount().withType(MountType.VOLUME).withSource(name).withTarget(AT);
  }

  /** A directory or file of the engine's host where such a container shows its mount. */
  public static Mount bind(String enginePath) {
    return new Mount().withType(MountType.BIND).withSource(enginePath).withTarget(AT);
  }

  /** One that is never started: its files, and those of the mount, are read and written. */
  public StepContainer holding(Mount mount) {
    return create(empty.get(), List.of("/"), mount);
  }

  /** One that runs and does nothing, so that a mount in memory keeps its content. */
  public StepContainer waiting(Mount mount) {
    StepContainer container = create(program(), List.of("/wait"), mount);
    boolean started = false;
    try {
      engine.ask(docker -> docker.startContainerCmd(container.id()).exec());
      started = true;
      return container;
    } finally {
      if (!started) {
        container.close();
      }
    }
  }

  /**
   * Removes files and empty directories.
   *
   * @param removals paths from the mount on, children before parents
   * @return whether all went; the others are still there
   */
  public boolean remove(Mount mount, List<FileRemoval> removals) throws IOException {
    boolean all = true;
    int from = 0;
    while (from < removals.size()) {
      List<String> command = new ArrayList<>(List.of("/remove"));
      int bytes = 0;
      while (from < removals.size() && bytes < MOST_BYTES) {
        String word = removals.get(from++).word(AT);
        bytes += word.getBytes(StandardCharsets.UTF_8).length;
        command.add(word);
      }
      all &= run(mount, command) == 0;
    }
    return all;
  }

  private int run(Mount mount, List<String> command) throws IOException {
    try (StepContainer container = create(program(), command, mount)) {
      engine.ask(docker -> docker.startContainerCmd(container.id()).exec());
      return engine.await(
          docker -> {
            try (WaitContainerResultCallback wait = new WaitContainerResultCallback()) {
              return docker.waitContainerCmd(container.id()).exec(wait).awaitStatusCode();
            }
          });
    }
  }

  private String program() {
    return programs
        .get()
        .orElseThrow(() -> new TransferException("this agent has no programs for its engine"));
  }

  private StepContainer create(String image, List<String> command, Mount mount) {
    HostConfig host =
        HostConfig.newHostConfig()
            .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
            .withNetworkMode("none")
            .withMounts(List.of(mount));
    return StepContainer.create(
        engine, image, session, create -> create.withEntrypoint(command).withHostConfig(host));
  }
}
