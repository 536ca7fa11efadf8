package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Merges what two writers made of one version, path by path: what only one of them changed is as
 * that one left it, so what either added stays. What both changed is as the one with the later
 * mtime left it, and something that one of them has kept wins over its removal.
 *
 * <p>What no longer fits together is made to fit: a directory that one removed stays while the
 * other has something in it, and where one put a file and the other a directory the later one wins
 * as a whole. A hard link whose file went becomes a file of its own.
 */
final class ManifestMerge {

  private final Map<String, CacheEntry> base = new HashMap<>();
  private final CacheManifest ours;
  private final CacheManifest theirs;
  private int conflicts;

  /**
   * What came of a merge.
   *
   * @param conflicts paths, directories aside, that both sides changed in different ways
   */
  record Result(CacheManifest manifest, int conflicts) {}

  private ManifestMerge(CacheManifest base, CacheManifest ours, CacheManifest theirs) {
    base.entries().forEach(entry -> this.base.put(entry.path(), entry));
    this.ours = ours;
    this.theirs = theirs;
  }

  static Result merge(CacheManifest base, CacheManifest ours, CacheManifest theirs)
      throws IOException {
    return new ManifestMerge(base, ours, theirs).run();
  }

  /** All that several versions hold that know nothing of one another. */
  static Result union(List<CacheManifest> some, CacheManifest another) throws IOException {
    CacheManifest united = another;
    int conflicts = 0;
    for (CacheManifest one : some) {
      Result more = merge(CacheManifest.EMPTY, one, united);
      united = more.manifest;
      conflicts += more.conflicts;
    }
    return new Result(united, conflicts);
  }

  private Result run() throws IOException {
    Map<String, CacheEntry> merged = new TreeMap<>();
    new ManifestJoin(withoutLinks(ours), withoutLinks(theirs))
        .forEach(
            (our, their) -> {
              CacheEntry chosen = choose(our, their);
              if (chosen != null) {
                merged.put(chosen.path(), chosen);
              }
            });
    return new Result(CacheManifest.of(fitted(merged)), conflicts);
  }

  /** Hard links as files of their own: the two sides may not agree which name comes first. */
  private static CacheManifest withoutLinks(CacheManifest manifest) throws IOException {
    Map<String, CacheEntry> files = new HashMap<>();
    List<CacheEntry> entries = new ArrayList<>(manifest.entries().size());
    boolean linked = false;
    for (CacheEntry entry : manifest.entries()) {
      if (entry.type() == CacheEntry.Type.HARD_LINK) {
        entries.add(Objects.requireNonNull(files.get(entry.target())).at(entry.path()));
        linked = true;
      } else {
        entries.add(entry);
        files.put(entry.path(), entry);
      }
    }
    return linked ? CacheManifest.of(entries) : manifest;
  }

  /** At least one is not null; null says that nothing is there. */
  private CacheEntry choose(CacheEntry our, CacheEntry their) {
    if (Objects.equals(our, their)) {
      return our;
    }
    CacheEntry before = base.get(our != null ? our.path() : their.path());
    if (Objects.equals(our, before)) {
      return their;
    }
    if (Objects.equals(their, before)) {
      return our;
    }
    if (our == null || their == null) {
      conflicts++;
      return our == null ? their : our;
    }
    if (our.type() != CacheEntry.Type.DIRECTORY || their.type() != CacheEntry.Type.DIRECTORY) {
      conflicts++;
    }
    return their.modifiedNanos() > our.modifiedNanos() ? their : our;
  }

  /** Drops what has no directory to be in, after bringing back directories that one removed. */
  private List<CacheEntry> fitted(Map<String, CacheEntry> merged) {
    Map<String, CacheEntry> directories = new HashMap<>();
    for (CacheManifest side : List.of(ours, theirs)) {
      for (CacheEntry entry : side.entries()) {
        if (entry.type() == CacheEntry.Type.DIRECTORY) {
          directories.putIfAbsent(entry.path(), entry);
        }
      }
    }
    for (CacheEntry entry : List.copyOf(merged.values())) {
      for (String parent = parent(entry.path()); parent != null; parent = parent(parent)) {
        CacheEntry directory = directories.get(parent);
        if (merged.containsKey(parent) || directory == null) {
          break;
        }
        merged.put(parent, directory);
      }
    }
    List<CacheEntry> fitted = new ArrayList<>(merged.size());
    Map<String, Boolean> isDirectory = new HashMap<>();
    for (CacheEntry entry : merged.values()) {
      String parent = parent(entry.path());
      if (parent == null || isDirectory.getOrDefault(parent, false)) {
        fitted.add(entry);
        isDirectory.put(entry.path(), entry.type() == CacheEntry.Type.DIRECTORY);
      }
    }
    return fitted;
  }

  /** Null for the directory itself. */
  private static String parent(String path) {
    if (path.isEmpty()) {
      return null;
    }
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
