package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.DirectorySize;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.KeptVolumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.MountSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Undo;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Volumes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.Expendable;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Volumes that are filled once, each for a key that says with what, and then only read. What was
 * filled is at {@link #CONTENT}. Beside the engine's volume {@code dockerfile-build-AGENT-KEY},
 * below the state directory: {@code KEY.json}, whose time is that of the last use, and {@code
 * KEY.lock}. A volume counts as filled only if it carries the label that the notes name, so one
 * that somebody removed, or whose filling was cut short, is filled anew.
 *
 * <p>Thread-safe, also between processes.
 */
final class FilledVolumes {

  /** A directory or a file. */
  static final String CONTENT = "/content";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOTES = ".json";
  private static final int NAME_DIGITS = 32;

  private final Path root;
  private final Engine engine;
  private final AuxiliaryContainers containers;
  private final KeptVolumes kept;
  private final InstantSource clock;

  /** Writes what a key names to {@link #CONTENT} of an empty volume. */
  @FunctionalInterface
  interface Filling {

    /** Answers how many bytes its files hold. */
    long fill(VolumeFiles volume) throws IOException;
  }

  /** What is remembered of a volume. */
  record Notes(String generation, long bytes) {
    static final Notes NONE = new Notes("", 0);
  }

  /**
   * @param root a directory of this class alone, made when it is needed
   */
  FilledVolumes(
      Path root,
      Engine engine,
      AuxiliaryContainers containers,
      KeptVolumes kept,
      InstantSource clock) {
    this.root = root;
    this.engine = engine;
    this.containers = containers;
    this.kept = kept;
    this.clock = clock;
  }

  /** The content of the key's volume, which is filled if it is not. */
  MountSource source(String what, Filling filling) throws IOException {
    String key = Digest.of(what).hex().substring(0, NAME_DIGITS);
    HostLock lock = HostLock.shared(lockFile(key));
    Undo undo = new Undo();
    undo.add(lock::close);
    boolean done = false;
    try {
      Optional<VolumeFiles> filled = openIfFilled(key);
      if (filled.isEmpty()) {
        HostLock.exclusive(root.resolve(key + ".making"))
            .releaseAfter(() -> fillUnlessFilled(key, filling));
        filled = openIfFilled(key);
      }
      VolumeFiles volume =
          filled.orElseThrow(() -> new IOException("somebody removes the agent's volumes"));
      undo.add(volume::close);
      boolean directory =
          volume.files().stat(VolumeFiles.at(CONTENT)).filter(s -> s.kind() == Kind.FILE).isEmpty();
      Files.setLastModifiedTime(notesFile(key), FileTime.from(clock.instant()));
      done = true;
      return MountSource.path(volume.enginePath(CONTENT), directory, undo::close);
    } finally {
      if (!done) {
        undo.close();
      }
    }
  }

  private Optional<VolumeFiles> openIfFilled(String key) throws IOException {
    Notes notes = notes(key);
    if (notes.generation().isEmpty()) {
      return Optional.empty();
    }
    VolumeFiles volume = VolumeFiles.open(engine, containers, kept.name(key));
    if (volume.label(KeptVolumes.GENERATION).equals(notes.generation())) {
      return Optional.of(volume);
    }
    volume.close();
    return Optional.empty();
  }

  private void fillUnlessFilled(String key, Filling filling) throws IOException {
    Optional<VolumeFiles> filled = openIfFilled(key);
    if (filled.isPresent()) {
      filled.get().close();
      return;
    }
    Files.deleteIfExists(notesFile(key));
    String generation = UUID.randomUUID().toString();
    kept.recreate(key, generation);
    try (VolumeFiles volume = VolumeFiles.open(engine, containers, kept.name(key))) {
      long bytes = filling.fill(volume);
      AtomicFiles.write(notesFile(key), JSON.writeValueAsBytes(new Notes(generation, bytes)));
    }
  }

  private Notes notes(String key) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(notesFile(key)), Notes.class);
    } catch (NoSuchFileException | JsonProcessingException missingOrCutShort) {
      return Notes.NONE;
    }
  }

  private Path notesFile(String key) {
    return root.resolve(key + NOTES);
  }

  private Path lockFile(String key) {
    return root.resolve(key + ".lock");
  }

  private List<Expendable> known() throws IOException {
    List<Expendable> known = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> files = Files.list(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(NOTES)).toList()) {
          String name = file.getFileName().toString();
          String key = name.substring(0, name.length() - NOTES.length());
          FileTime used = Files.getLastModifiedTime(file);
          known.add(new Expendable(notes(key).bytes(), used, () -> removeIfIdle(key)));
        }
      }
    }
    return known;
  }

  /** How many volumes there are, and what they hold. */
  DirectorySize usage() throws IOException {
    return Expendable.sum(known());
  }

  /** As {@link MountSources#prune}. */
  DirectorySize prune(long keepBytes, Duration olderThan) throws IOException {
    return Expendable.prune(known(), keepBytes, FileTime.from(clock.instant().minus(olderThan)));
  }

  private boolean removeIfIdle(String key) throws IOException {
    Optional<HostLock> lock = HostLock.tryExclusive(lockFile(key));
    if (lock.isEmpty()) {
      return false;
    }
    boolean[] removed = {false};
    lock.get()
        .releaseAfter(
            () -> {
              removed[0] = Volumes.removeIfUnused(engine, kept.name(key));
              if (removed[0]) {
                Files.deleteIfExists(notesFile(key));
              }
            });
    return removed[0];
  }
}
