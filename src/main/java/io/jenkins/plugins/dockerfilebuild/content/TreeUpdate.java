package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Turns a directory that holds exactly one tree into one that holds exactly another, touching only
 * what differs. The directory is nobody else's meanwhile; whoever is interrupted here leaves it
 * neither the one nor the other.
 */
final class TreeUpdate {

  private static final int OWNER_ALL = 0700;

  private final Path root;
  private final Optional<Tree> before;
  private final Tree after;
  // For what the tree gives no time for: now, so that make sees a changed file as newer.
  private final long placedNanos;

  private final List<TreeEntry> removals = new ArrayList<>();
  private final List<Placement> placements = new ArrayList<>();
  // Directories whose mode and time are set at the end, by path.
  private final Map<String, Placement> finishing = new TreeMap<>(TreeEncoding::compareBytes);

  private record Placement(TreeEntry entry, long modifiedNanos) {}

  /**
   * @param before what is at {@code root}; empty if nothing is
   */
  TreeUpdate(Path root, Optional<Tree> before, Tree after, Instant now) {
    this.root = root;
    this.before = before;
    this.after = after;
    this.placedNanos = FileTime.from(now).to(TimeUnit.NANOSECONDS);
    compare();
  }

  private void compare() {
    List<TreeEntry> old = before.map(Tree::entries).orElse(List.of());
    List<TreeEntry> young = after.entries();
    Map<String, Integer> directories = new HashMap<>();
    int o = 0;
    int y = 0;
    while (o < old.size() || y < young.size()) {
      int order =
          o == old.size()
              ? 1
              : y == young.size()
                  ? -1
                  : TreeEncoding.compareBytes(old.get(o).path(), young.get(y).path());
      if (order < 0) {
        removals.add(old.get(o++));
      } else {
        if (young.get(y).isDirectory()) {
          directories.put(young.get(y).path(), y);
        }
        compare(order == 0 ? o++ : -1, y++);
      }
    }
    touchParents(directories);
  }

  /**
   * @param o the entry's index in the old tree, or -1
   */
  private void compare(int o, int y) {
    TreeEntry entry = after.entries().get(y);
    Placement placement = new Placement(entry, wantedTime(y));
    if (o < 0) {
      placements.add(placement);
      return;
    }
    TreeEntry old = before.orElseThrow().entries().get(o);
    if (old.equals(entry) && keepsTime(o, y)) {
      return;
    }
    if (old.isDirectory() && entry.isDirectory()) {
      finishing.put(entry.path(), placement);
    } else {
      removals.add(old);
      placements.add(placement);
    }
  }

  private long wantedTime(int y) {
    return after.times().map(times -> times.nanos(y)).orElse(placedNanos);
  }

  private boolean keepsTime(int o, int y) {
    Optional<ModificationTimes> had = before.orElseThrow().times();
    return after.times().isEmpty()
        || after.entries().get(y).type() == TreeEntry.Type.SYMLINK
        || (had.isPresent() && had.get().nanos(o) == wantedTime(y));
  }

  /**
   * What is put into or taken from a directory changes its time, and needs its write permission.
   */
  private void touchParents(Map<String, Integer> directories) {
    List<String> parents = new ArrayList<>();
    removals.forEach(entry -> parents.add(entry.parent()));
    placements.forEach(placement -> parents.add(placement.entry().parent()));
    for (String parent : parents) {
      Integer index = directories.get(parent);
      if (index != null) {
        finishing.computeIfAbsent(
            parent, p -> new Placement(after.entries().get(index), wantedTime(index)));
      }
    }
    for (Placement placement : placements) {
      if (placement.entry().isDirectory()) {
        finishing.put(placement.entry().path(), placement);
      }
    }
  }

  /**
   * Looks whether the store has what will be needed, while nothing is broken yet.
   *
   * @throws ContentMissingException it has not
   */
  void requireContent(ContentStore store) throws IOException {
    if (before.isPresent()) {
      for (Placement placement : placements) {
        Digest content = placement.entry().content();
        if (content != null && !store.contains(content)) {
          throw new ContentMissingException(content);
        }
      }
    }
  }

  /**
   * Does it.
   *
   * @throws ContentMissingException the store lacks a file; what is at the root is now broken
   */
  void apply(ContentStore store) throws IOException {
    openDirectories();
    Collections.reverse(removals);
    for (TreeEntry entry : removals) {
      Files.delete(path(entry));
    }
    Map<Digest, List<Placement>> files = new HashMap<>();
    for (Placement placement : placements) {
      TreeEntry entry = placement.entry();
      switch (entry.type()) {
        case DIRECTORY -> Files.createDirectory(path(entry));
        case SYMLINK -> Files.createSymbolicLink(path(entry), FileNames.path(entry.linkTarget()));
        case FILE -> files.computeIfAbsent(entry.content(), c -> new ArrayList<>(1)).add(placement);
      }
    }
    placeFiles(store, files.values());
    finishDirectories();
  }

  private void placeFiles(ContentStore store, Collection<List<Placement>> byContent)
      throws IOException {
    if (byContent.isEmpty()) {
      return;
    }
    FilePlacer placer = new FilePlacer(store);
    ProcessLock lock = store.lockForLinking();
    try {
      Workers.forEach(
          List.copyOf(byContent),
          64,
          sameContent -> {
            for (Placement file : sameContent) {
              placer.place(file.entry(), file.modifiedNanos(), path(file.entry()));
            }
          });
    } finally {
      lock.close();
    }
  }

  /** Directories that are read-only even to their owner stop everybody but root. */
  private void openDirectories() throws IOException {
    if (before.isEmpty()) {
      return;
    }
    Map<String, Placement> closed = new HashMap<>();
    for (TreeEntry entry : before.get().entries()) {
      if (entry.isDirectory() && (entry.mode() & OWNER_ALL) != OWNER_ALL) {
        Files.setAttribute(path(entry), "unix:mode", entry.mode() | OWNER_ALL);
        closed.put(entry.path(), null);
      }
    }
    for (int y = 0; y < after.entries().size() && !closed.isEmpty(); y++) {
      TreeEntry entry = after.entries().get(y);
      if (entry.isDirectory() && closed.containsKey(entry.path())) {
        finishing.putIfAbsent(entry.path(), new Placement(entry, wantedTime(y)));
      }
    }
  }

  private void finishDirectories() throws IOException {
    List<Placement> deepestFirst = new ArrayList<>(finishing.values());
    Collections.reverse(deepestFirst);
    for (Placement directory : deepestFirst) {
      FilePlacer.finish(
          path(directory.entry()),
          directory.entry().mode(),
          FileTime.from(directory.modifiedNanos(), TimeUnit.NANOSECONDS));
    }
  }

  private Path path(TreeEntry entry) {
    return FileNames.resolve(root, entry.path());
  }
}
