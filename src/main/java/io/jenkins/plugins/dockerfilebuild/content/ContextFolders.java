package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders for what is remembered between builds, one for each build context. Workspaces come and
 * go, so the folders that were not used for long are removed, as is what exceeds a number of them
 * (decision 9). What they hold only saves time: a build whose folder is removed under it remembers
 * nothing. Thread-safe, also between processes.
 */
public final class ContextFolders {

  static final Duration UNUSED = Duration.ofDays(14);

  /** A folder may hold 64 MB of trees, so this many bound the whole. */
  static final int KEPT = 100;

  private final Path root;
  private final InstantSource clock;

  ContextFolders(Path root, InstantSource clock) {
    this.root = root;
    this.clock = clock;
  }

  /** The folders below {@code root}, which is made with the first of them. */
  public static ContextFolders below(Path root) {
    return new ContextFolders(root, InstantSource.system());
  }

  /**
   * The folder of a context, and removes those that are over. A folder that cannot be made or
   * removed is the concern of whoever writes there.
   *
   * @param context says which, such as its absolute path
   */
  public Path of(String context) {
    Path folder = root.resolve(Digest.of(context).abbreviated());
    try {
      Files.createDirectories(folder);
      Files.setLastModifiedTime(folder, FileTime.from(clock.instant()));
      removeUnused(folder);
    } catch (IOException e) {
      return folder;
    }
    return folder;
  }

  private void removeUnused(Path used) throws IOException {
    record Folder(Path path, Instant lastUsed) {}

    List<Folder> folders = new ArrayList<>();
    try (Stream<Path> all = Files.list(root)) {
      for (Path path : all.filter(path -> !path.equals(used)).toList()) {
        Instant last = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        folders.add(new Folder(path, last));
      }
    }
    folders.sort(Comparator.comparing(Folder::lastUsed).reversed());
    Instant limit = clock.instant().minus(UNUSED);
    for (int i = 0; i < folders.size(); i++) {
      if (i >= KEPT - 1 || folders.get(i).lastUsed().isBefore(limit)) {
        RecursiveRemoval.remove(folders.get(i).path());
      }
    }
  }
}
