package io.jenkins.plugins.dockerfilebuild.execution.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Mount;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage.Kind;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.Engine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FileRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.StepContainer;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.VolumeFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Finds out whether the engine's containers can mount directories of the agent's, by doing it: a
 * container that is never started is shown a new directory. Its file must be seen there and belong
 * to root; and what root and another user write there the agent must be able to read and to remove.
 *
 * <p>The answer is remembered beside the state for as long as nothing changes on which it depends:
 * who the agent is, where its state lies, which engine it has.
 */
final class StorageProbe {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "token";
  private static final String UNSEEN = "The engine does not see the agent's files: ";

  /** What the container writes, each in a directory that only its owner may enter. */
  private static final Map<String, Integer> OWNERS = Map.of("roots", 0, "others", 4242);

  private final AuxiliaryContainers containers;
  private final Path state;
  private final String engineId;

  /**
   * @param state the directory that containers would be shown
   */
  StorageProbe(AuxiliaryContainers containers, Path state, String engineId) {
    this.containers = containers;
    this.state = state;
    this.engineId = engineId;
  }

  /** What is remembered. */
  record Answer(String circumstances, MountStorage storage) {}

  /** Where this agent is to keep what containers mount. */
  MountStorage storage() throws IOException {
    Path file = state.resolve("storage.json");
    String circumstances = circumstances();
    Optional<Answer> known = read(file);
    if (known.isPresent() && known.get().circumstances().equals(circumstances)) {
      return known.get().storage();
    }
    Found found = probe();
    if (found.lasting()) {
      AtomicFiles.write(file, JSON.writeValueAsBytes(new Answer(circumstances, found.storage())));
    }
    return found.storage();
  }

  private static Optional<Answer> read(Path file) throws IOException {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), Answer.class));
    } catch (NoSuchFileException | JsonProcessingException missingOrCutShort) {
      return Optional.empty();
    }
  }

  /**
   * The mount namespace tells a container from its host, and one start of the machine from next.
   */
  private String circumstances() throws IOException {
    Map<String, Object> place = Files.readAttributes(state, "unix:dev,ino,uid");
    return String.join(
        " ",
        engineId,
        state.toString(),
        String.valueOf(place.get("dev")),
        String.valueOf(place.get("ino")),
        text(Path.of("/proc/sys/kernel/random/boot_id")),
        namespace(),
        user());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException notLinux) {
      return "";
    }
  }

  private static String user() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException notLinux) {
      return System.getProperty("user.name", "");
    }
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString();
    } catch (IOException notLinux) {
      return "";
    }
  }

  /**
   * What a probe found.
   *
   * @param lasting whether it holds for as long as the circumstances do, not for a moment maybe
   */
  private record Found(MountStorage storage, boolean lasting) {

    static Found volumes(String reason, boolean lasting) {
      return new Found(new MountStorage(Kind.VOLUMES, reason), lasting);
    }
  }

  private Found probe() throws IOException {
    Path folder = Files.createTempDirectory(state, "probe");
    try {
      return obstacle(folder)
          .map(reason -> Found.volumes(reason, true))
          .orElseGet(
              () ->
                  new Found(
                      new MountStorage(
                          Kind.HOST_DIRECTORIES, "The agent and its engine share a file system."),
                      true));
    } catch (BadRequestException e) {
      return Found.volumes(UNSEEN + Engine.reason(e), true);
    } catch (DockerException e) {
      return Found.volumes(UNSEEN + Engine.reason(e), false);
    } finally {
      removeIfPossible(folder);
    }
  }

  /** Where the agent has no program for the engine, what others wrote there stays, once. */
  private static void removeIfPossible(Path folder) {
    try {
      RecursiveRemoval.remove(folder);
    } catch (IOException e) {
      // Some empty directories and a file of five bytes.
    }
  }

  /** Why it is not to be directories, if anything speaks against them. */
  private Optional<String> obstacle(Path folder) throws IOException {
    String token = UUID.randomUUID().toString();
    Files.writeString(folder.resolve(TOKEN), token);
    Mount mount = AuxiliaryContainers.bind(folder.toString());
    try (StepContainer container = containers.holding(mount)) {
      ContainerFiles files = container.files();
      Optional<String> unseen = unseen(files, token);
      if (unseen.isPresent()) {
        return unseen;
      }
      VolumeFiles.writeBelow(files, AuxiliaryContainers.AT, StorageProbe::writeOfOthers);
      Optional<String> unreadable = unreadable(folder);
      if (unreadable.isPresent()) {
        // The agent may not remove it either.
        removeOthers(mount);
      }
      return unreadable;
    }
  }

  private static Optional<String> unseen(ContainerFiles files, String token) throws IOException {
    try (TarReader seen = new TarReader(files.read(AuxiliaryContainers.AT + "/" + TOKEN))) {
      TarArchiveEntry entry = seen.next().orElseThrow(() -> new IOException("an empty archive"));
      String content = new String(seen.content().readNBytes(100), StandardCharsets.UTF_8);
      if (!content.equals(token)) {
        return Optional.of("The engine has other files where the agent has its state directory.");
      }
      return entry.getLongUserId() == 0
          ? Optional.empty()
          : Optional.of("The agent's files do not belong to root in containers.");
    } catch (NoSuchFileException e) {
      return Optional.of("The engine has other files where the agent has its state directory.");
    }
  }

  private static void writeOfOthers(TarWriter tar) throws IOException {
    byte[] content = TOKEN.getBytes(StandardCharsets.UTF_8);
    for (Map.Entry<String, Integer> owner : OWNERS.entrySet()) {
      String directory = "/" + owner.getKey();
      tar.directory(directory, owned(owner.getValue(), 0700));
      try (InputStream bytes = new ByteArrayInputStream(content)) {
        tar.file(directory + "/file", owned(owner.getValue(), 0600), content.length, bytes);
      }
    }
  }

  private static FileAttributes owned(int user, int mode) {
    return new FileAttributes(mode, user, user, Instant.EPOCH, Map.of());
  }

  private void removeOthers(Mount mount) throws IOException {
    if (containers.canRun()) {
      List<FileRemoval> removals = new ArrayList<>();
      for (String directory : OWNERS.keySet()) {
        removals.add(new FileRemoval("/" + directory + "/file", false));
        removals.add(new FileRemoval("/" + directory, true));
      }
      containers.remove(mount, removals);
    }
  }

  private static Optional<String> unreadable(Path folder) {
    for (String directory : List.of("roots", "others")) {
      Path file = folder.resolve(directory).resolve("file");
      try {
        if (!Files.readString(file).equals(TOKEN)) {
          return Optional.of("The engine has other files where the agent has its state directory.");
        }
        Files.delete(file);
      } catch (IOException e) {
        String whose = directory.equals("roots") ? "root" : "other users";
        return Optional.of("The agent may not read what " + whose + " in containers writes.");
      }
    }
    return Optional.empty();
  }
}
