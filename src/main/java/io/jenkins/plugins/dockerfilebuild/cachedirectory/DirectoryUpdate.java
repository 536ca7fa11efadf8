package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.content.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes a directory from one manifest to another, touching only what differs: what goes is
 * removed, directories are made, directories and files that were put together beside it take their
 * places by a rename, attributes are set; the times of directories last, for all that changes them.
 * Nobody else may change the directory meanwhile: it is what the first manifest says, so that no
 * link in it leads elsewhere. Used once.
 */
final class DirectoryUpdate {

  private static final int FILES_AT_ONCE = 64;

  /** An entry of the new manifest, by its position, and what was there before, or null. */
  private record Change(int position, CacheEntry before, CacheEntry after) {}

  private final Path root;
  private final Replica.Current current;
  private final CacheManifest target;
  private final Prepared prepared;
  private final FileAttributes attributes;
  private final List<CacheEntry> removed = new ArrayList<>();
  private final List<Change> directories = new ArrayList<>();
  private final List<Change> files = new ArrayList<>();
  private final List<Change> links = new ArrayList<>();

  /** Paths of directories whose time must be set: something in them changed. */
  private final Set<String> touched = new HashSet<>();

  private final ScanStamps stamps;

  /** What was put together beside the directory. */
  @FunctionalInterface
  interface Prepared {

    /** The file that is to take the place of a path of the new manifest, if there is one. */
    Optional<Path> file(String path);

    /** Directories that are new as a whole, with all files that they are to have. */
    default NewDirectories directories() {
      return NewDirectories.NONE;
    }

    /** How the file for a path looks that lies in one of these, if that is known. */
    default Optional<FileStat> look(String path) {
      return Optional.empty();
    }
  }

  DirectoryUpdate(
      Path root,
      Replica.Current current,
      CacheManifest target,
      Prepared prepared,
      FileAttributes attributes) {
    this.root = root;
    this.attributes = attributes;
    this.current = current;
    this.target = target;
    this.prepared = prepared;
    this.stamps = ScanStamps.of(target.entries().size());
  }

  /** Does it; answers how the files look now. */
  ScanStamps run() throws IOException {
    compare();
    relink();
    for (int i = removed.size() - 1; i >= 0; i--) {
      RecursiveRemoval.remove(path(removed.get(i)));
    }
    prepared.directories().moveTo(root);
    for (Change change : directories) {
      // The directory itself may have been made before anything was known of it.
      boolean made = change.after.path().isEmpty() && Files.isDirectory(root);
      if (change.before == null && !made && !isWhole(change.after)) {
        Files.createDirectory(path(change.after));
      }
    }
    Workers.forEach(files, FILES_AT_ONCE, this::file);
    Workers.forEach(links, FILES_AT_ONCE, this::link);
    linkedFiles();
    directoryAttributes();
    return stamps;
  }

  /** Another name for a file changes the file's ctime. */
  private void linkedFiles() throws IOException {
    Set<String> linked = new HashSet<>();
    links.forEach(change -> linked.add(change.after.target()));
    for (int i = 0; i < target.entries().size() && !links.isEmpty(); i++) {
      CacheEntry entry = target.entries().get(i);
      if (entry.type() == CacheEntry.Type.FILE && linked.contains(entry.path())) {
        stamps.putWritten(i, FileStat.of(path(entry)));
      }
    }
  }

  /**
   * A file that takes another's place has one name; the others that the old one had must lead to it
   * as well.
   */
  private void relink() {
    Set<String> replaced = new HashSet<>();
    for (Change change : files) {
      if (isStaged(change.after)) {
        replaced.add(change.after.path());
      }
    }
    Set<Integer> known = new HashSet<>();
    links.forEach(change -> known.add(change.position));
    for (int i = 0; i < target.entries().size() && !replaced.isEmpty(); i++) {
      CacheEntry entry = target.entries().get(i);
      boolean link = entry.type() == CacheEntry.Type.HARD_LINK && replaced.contains(entry.target());
      if (link && !known.contains(i)) {
        changed(entry, entry, i);
      }
    }
    removed.sort(Comparator.comparing(CacheEntry::path));
  }

  private void compare() throws IOException {
    int[] positions = {0, 0};
    new ManifestJoin(current.manifest(), target)
        .forEach(
            (before, after) -> {
              int old = before == null ? -1 : positions[0]++;
              int now = after == null ? -1 : positions[1]++;
              if (before != null && before.equals(after)) {
                stamps.copy(now, current.stamps(), old);
              } else {
                changed(before, after, now);
              }
            });
  }

  private boolean isStaged(CacheEntry after) {
    return prepared.file(after.path()).isPresent();
  }

  /** Whether it is a directory that was put together as a whole. */
  private boolean isWhole(CacheEntry directory) {
    return prepared.directories().contains(directory.path());
  }

  private void changed(CacheEntry before, CacheEntry after, int position) {
    boolean stays = before != null && after != null && staysInPlace(before, after);
    if (before != null && !stays) {
      removed.add(before);
      touch(before.path());
    }
    if (after == null) {
      return;
    }
    if (!stays || after.type() != before.type() || isStaged(after)) {
      touch(after.path());
    }
    Change change = new Change(position, stays ? before : null, after);
    switch (after.type()) {
      case DIRECTORY -> directories.add(change);
      case FILE -> files.add(change);
      default -> links.add(change);
    }
  }

  /** Whether what is there is changed or replaced, not removed first. */
  private static boolean staysInPlace(CacheEntry before, CacheEntry after) {
    boolean directory = after.type() == CacheEntry.Type.DIRECTORY;
    boolean file = after.type() == CacheEntry.Type.FILE;
    return before.type() == after.type() && (directory || file);
  }

  private void touch(String path) {
    int slash = path.lastIndexOf('/');
    touched.add(slash < 0 ? "" : path.substring(0, slash));
  }

  private void file(Change change) throws IOException {
    Optional<FileStat> look = prepared.look(change.after.path());
    stamps.putWritten(change.position, look.isPresent() ? look.get() : placed(change.after));
  }

  /** Puts a file in its place, or gives the one that is there its attributes; how it looks then. */
  private FileStat placed(CacheEntry file) throws IOException {
    Path path = path(file);
    Optional<Path> staged = prepared.file(file.path());
    if (staged.isPresent()) {
      Files.move(
          staged.get(), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      attributes.set(path, file);
      attributes.removeOthers(path, file);
    }
    return FileStat.of(path);
  }

  private void link(Change change) throws IOException {
    Path path = path(change.after);
    if (change.after.type() == CacheEntry.Type.SYMLINK) {
      Files.createSymbolicLink(path, FileNameBytes.path(change.after.target()));
      attributes.setOfLink(path, change.after);
    } else {
      Files.createLink(path, FileNameBytes.resolve(root, change.after.target()));
    }
    stamps.putWritten(change.position, FileStat.of(path));
  }

  /** Children before parents, since setting a time changes no parent but making a file did. */
  private void directoryAttributes() throws IOException {
    Set<Integer> changed = new HashSet<>();
    directories.forEach(change -> changed.add(change.position));
    List<CacheEntry> entries = target.entries();
    for (int i = entries.size() - 1; i >= 0; i--) {
      CacheEntry entry = entries.get(i);
      boolean directory = entry.type() == CacheEntry.Type.DIRECTORY;
      if (directory && (changed.contains(i) || touched.contains(entry.path()))) {
        setAttributes(entry, i);
      }
    }
  }

  private void setAttributes(CacheEntry directory, int position) throws IOException {
    Path path = path(directory);
    attributes.set(path, directory);
    if (!isWhole(directory)) {
      attributes.removeOthers(path, directory);
    }
    stamps.putWritten(position, FileStat.of(path));
  }

  private Path path(CacheEntry entry) {
    return FileNameBytes.resolve(root, entry.path());
  }
}
