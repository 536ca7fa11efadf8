package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The directories of a manifest that a directory on this disk lacks. Each topmost one is put
 * together beside that directory and takes its place by one rename, with all that is in it: a file
 * is written where it stays, and nobody sees a half of it. A rename of each file instead takes a
 * lock of the whole file system, changes the file's ctime and so costs another look at it.
 *
 * <p>Immutable; {@link #make} and {@link #moveTo} are called once.
 */
final class NewDirectories {

  static final NewDirectories NONE = new NewDirectories();

  /** Path of each → where it is put together; parents first, as in the manifest. */
  private final Map<String, Path> places = new LinkedHashMap<>();

  /** The topmost of them. */
  private final Map<String, Path> tops = new HashMap<>();

  private NewDirectories() {}

  /**
   * Those of {@code target} that are no directories in {@code current}.
   *
   * @param folder beside the directory, on its file system; used by nobody else
   * @param rootExists whether the directory itself is there, whatever is known of it
   */
  static NewDirectories of(
      Path folder, CacheManifest current, CacheManifest target, boolean rootExists)
      throws IOException {
    NewDirectories all = new NewDirectories();
    new ManifestJoin(current, target)
        .forEach(
            (before, after) -> {
              boolean wanted = after != null && after.type() == CacheEntry.Type.DIRECTORY;
              boolean known = before != null && before.type() == CacheEntry.Type.DIRECTORY;
              if (wanted && !known && !(rootExists && after.path().isEmpty())) {
                all.add(after.path(), folder);
              }
            });
    return all;
  }

  private void add(String path, Path folder) {
    Optional<Path> inAnother = place(path);
    Path place = inAnother.orElseGet(() -> folder.resolve(String.valueOf(tops.size())));
    places.put(path, place);
    if (inAnother.isEmpty()) {
      tops.put(path, place);
    }
  }

  /** Where what a path names is put together, if it lies in one of them. */
  Optional<Path> place(String path) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    int slash = path.lastIndexOf('/');
    String parent = slash < 0 ? "" : path.substring(0, slash);
    return Optional.ofNullable(places.get(parent))
        .map(directory -> FileNameBytes.resolve(directory, path.substring(slash + 1)));
  }

  /** Whether the directory at that path is one of them. */
  boolean contains(String path) {
    return places.containsKey(path);
  }

  /** Makes them, empty. */
  void make() throws IOException {
    for (Path place : places.values()) {
      Files.createDirectory(place);
    }
  }

  /** Moves them to their places below {@code root}, where nothing is in their way. */
  void moveTo(Path root) throws IOException {
    for (Map.Entry<String, Path> top : tops.entrySet()) {
      Path place = FileNameBytes.resolve(root, top.getKey());
      Files.move(top.getValue(), place, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
