package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheEntry;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ManifestJoin;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.FileRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What brings a volume from one manifest to another: paths that go, and an archive of those that
 * come or change. An archive replaces a file by a new one, so other names of the file are written
 * again; and it sets the time of each directory that it names, so directories in which something
 * changes are named. Used by one thread.
 */
final class CacheVolumeUpdate {

  private final CacheManifest target;
  private final List<CacheEntry> removed = new ArrayList<>();
  private final Set<String> written = new HashSet<>();

  private CacheVolumeUpdate(CacheManifest target) {
    this.target = target;
  }

  static CacheVolumeUpdate between(CacheManifest before, CacheManifest after) throws IOException {
    CacheVolumeUpdate update = new CacheVolumeUpdate(after);
    new ManifestJoin(before, after).forEach(update::compare);
    update.addOtherNames();
    update.addParents();
    return update;
  }

  private void compare(CacheEntry before, CacheEntry after) {
    if (before != null && before.equals(after)) {
      return;
    }
    boolean merges = before != null && after != null && isDirectory(before) && isDirectory(after);
    if (before != null && !merges && (after == null || isDirectory(before) != isDirectory(after))) {
      removed.add(before);
    }
    if (after != null) {
      written.add(after.path());
    }
  }

  private static boolean isDirectory(CacheEntry entry) {
    return entry.type() == CacheEntry.Type.DIRECTORY;
  }

  private void addOtherNames() {
    for (CacheEntry entry : target.entries()) {
      if (entry.type() == CacheEntry.Type.HARD_LINK && written.contains(entry.target())) {
        written.add(entry.path());
      }
    }
  }

  private void addParents() {
    Set<String> parents = new HashSet<>();
    removed.forEach(entry -> parents.add(parent(entry.path())));
    written.forEach(path -> parents.add(parent(path)));
    for (CacheEntry entry : target.entries()) {
      if (isDirectory(entry) && parents.contains(entry.path())) {
        written.add(entry.path());
      }
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Children before parents; empty where a name is no text, which a command cannot say. */
  Optional<List<FileRemoval>> removals() {
    List<FileRemoval> removals = new ArrayList<>();
    for (CacheEntry entry : removed) {
      byte[] name = entry.path().getBytes(StandardCharsets.ISO_8859_1);
      String text = new String(name, StandardCharsets.UTF_8);
      if (!entry.path().equals(latin(text.getBytes(StandardCharsets.UTF_8)))) {
        return Optional.empty();
      }
      removals.add(new FileRemoval("/" + text, isDirectory(entry)));
    }
    Collections.reverse(removals);
    return Optional.of(removals);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Writes what comes and changes, content from the replica's directory. */
  void write(Replica replica, TarWriter tar) throws IOException {
    Map<String, CacheEntry> files = new HashMap<>();
    for (CacheEntry entry : target.entries()) {
      if (written.contains(entry.path())) {
        write(entry, files, replica, tar);
      }
      if (entry.type() == CacheEntry.Type.FILE) {
        files.put(entry.path(), entry);
      }
    }
  }

  private static void write(
      CacheEntry entry, Map<String, CacheEntry> files, Replica replica, TarWriter tar)
      throws IOException {
    String path = at(entry.path());
    switch (entry.type()) {
      case DIRECTORY -> tar.directory(path, attributes(entry));
      case SYMLINK -> tar.symbolicLink(path, attributes(entry), entry.target());
      case HARD_LINK ->
          tar.hardLink(path, attributes(files.get(entry.target())), at(entry.target()));
      default -> {
        try (InputStream content = replica.open(entry)) {
          tar.file(path, attributes(entry), entry.size(), content);
        }
      }
    }
  }

  private static String at(String path) {
    return ContainerPath.child(AuxiliaryContainers.AT, path);
  }

  private static FileAttributes attributes(CacheEntry entry) {
    Map<String, Bytes> xattrs = new HashMap<>();
    entry
        .attributes()
        .forEach(
            (name, value) ->
                xattrs.put(
                    "user."
                        + new String(
                            name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8),
                    Bytes.of(value.getBytes(StandardCharsets.ISO_8859_1))));
    return new FileAttributes(
        entry.mode(),
        entry.uid(),
        entry.gid(),
        Instant.ofEpochSecond(0, entry.modifiedNanos()),
        xattrs);
  }
}
