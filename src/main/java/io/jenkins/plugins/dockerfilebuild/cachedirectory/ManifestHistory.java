package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last manifests of a directory, one file each. With the ones before, the difference to what
 * another agent has can be told instead of all of it. A damaged file counts as missing. They are
 * not compressed: digests do not shrink, names share their beginnings already, and whoever
 * publishes would wait for it. Thread-safe.
 */
record ManifestHistory(Path folder) {

  /** One that is in the middle of a use, and some versions for agents that were away. */
  private static final int KEPT = 12;

  /** Those that were used last, as long as memory is not short: they never change. */
  private static final Map<Digest, SoftReference<CacheManifest>> IN_MEMORY =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(
                Map.Entry<Digest, SoftReference<CacheManifest>> eldest) {
              return size() > KEPT;
            }
          });

  void add(CacheManifest manifest) throws IOException {
    Path file = file(manifest.digest());
    boolean noted = find(manifest.digest()).isPresent();
    IN_MEMORY.put(manifest.digest(), new SoftReference<>(manifest));
    if (noted) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return;
    }
    AtomicFiles.write(file, manifest::writeTo);
    removeOldest();
  }

  Optional<CacheManifest> find(Digest digest) throws IOException {
    SoftReference<CacheManifest> known = IN_MEMORY.get(digest);
    CacheManifest manifest = known == null ? null : known.get();
    return manifest != null && has(digest) ? Optional.of(manifest) : read(digest);
  }

  /** Whether there is a file for it, which may be damaged. */
  boolean has(Digest digest) {
    return Files.exists(file(digest));
  }

  private Optional<CacheManifest> read(Digest digest) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file(digest)), 1 << 16)) {
      CacheManifest manifest = CacheManifest.read(in);
      IN_MEMORY.put(manifest.digest(), new SoftReference<>(manifest));
      return Optional.of(manifest).filter(found -> found.digest().equals(digest));
    } catch (NoSuchFileException | MalformedManifestException missing) {
      return Optional.empty();
    }
  }

  private void removeOldest() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> !file.getFileName().toString().startsWith(".")).forEach(files::add);
    }
    if (files.size() > KEPT) {
      Comparator<Path> age = Comparator.comparing(ManifestHistory::time);
      files.sort(age);
      for (Path oldest : files.subList(0, files.size() - KEPT)) {
        Files.deleteIfExists(oldest);
      }
    }
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  private Path file(Digest digest) {
    return folder.resolve(digest.hex());
  }
}
