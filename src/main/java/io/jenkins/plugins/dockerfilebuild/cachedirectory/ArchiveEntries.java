package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an archive holds, gathered in its order: a later entry replaces an earlier one of its name,
 * and a hard link means the file that its target is by then. One object is one file, whatever
 * number of names it has. Used by one thread.
 */
final class ArchiveEntries {

  private static final CacheEntry DIRECTORY =
      new CacheEntry(
          "",
          CacheEntry.Type.DIRECTORY,
          CacheKey.DEFAULT_MODE,
          0,
          0,
          0,
          CacheEntry.NO_ATTRIBUTES,
          "",
          ChunkList.EMPTY);

  private final SortedMap<String, CacheEntry> entries = new TreeMap<>();

  /** Adds an entry, or replaces the one of its path. */
  void put(CacheEntry entry) {
    entries.put(entry.path(), entry);
  }

  /**
   * Adds another name.
   *
   * @throws MalformedArchiveException nothing that can have two names is at the target
   */
  void link(String path, String target) throws MalformedArchiveException {
    CacheEntry file = entries.get(target);
    if (file == null || file.type() == CacheEntry.Type.DIRECTORY) {
      throw ArchivePaths.refused(path, "is a hard link to no file that comes before it");
    }
    entries.put(path, file);
  }

  /**
   * The whole as a manifest.
   *
   * @throws MalformedManifestException files lie in something that is no directory
   */
  CacheManifest manifest() throws MalformedManifestException {
    addDirectories();
    IdentityHashMap<CacheEntry, String> names = new IdentityHashMap<>();
    List<CacheEntry> all = new ArrayList<>(entries.size());
    entries.forEach(
        (path, entry) -> {
          boolean file = entry.type() == CacheEntry.Type.FILE;
          String first = file ? names.putIfAbsent(entry, path) : null;
          all.add(first == null ? entry.at(path) : CacheEntry.hardLink(path, first));
        });
    return CacheManifest.of(all);
  }

  /** Directories that the archive takes for granted, such as above {@code a/b/c}. */
  private void addDirectories() {
    entries.putIfAbsent("", DIRECTORY);
    for (String path : List.copyOf(entries.keySet())) {
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        String parent = path.substring(0, slash);
        entries.putIfAbsent(parent, DIRECTORY.at(parent));
      }
    }
  }
}
