package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes the blobs of a {@link ContentStore} that were used longest ago. A tree was used when it
 * was stored, linked or asked for; a file when that happened to it, or to a tree that holds it.
 * Trees go before their files: whoever finds a tree may rely on its files. Used once.
 */
final class StoreSweep {

  /** How many blobs are removed under one lock; others wait for a few milliseconds. */
  private static final int BATCH = 64;

  private final ContentStore store;
  private final List<Blob> blobs;
  private final Map<Digest, Long> used = new HashMap<>();
  private final Set<Digest> trees = new HashSet<>();

  /** A file of the store. */
  record Blob(Path file, Digest digest, FileStamp stamp) {}

  /**
   * @param blobs all of them
   */
  StoreSweep(ContentStore store, List<Blob> blobs) {
    this.store = store;
    this.blobs = blobs;
  }

  /**
   * Removes what was not used after {@code limitNanos} until no more than {@code keepBytes} are
   * left.
   */
  ContentStore.Usage run(long keepBytes, long limitNanos) throws IOException {
    long left = blobs.stream().mapToLong(blob -> blob.stamp().size()).sum();
    if (left <= keepBytes
        || blobs.stream().noneMatch(blob -> blob.stamp().changedNanos() <= limitNanos)) {
      return new ContentStore.Usage(0, 0); // and no tree need be read to know it
    }
    for (Blob blob : blobs) {
      used.merge(blob.digest(), blob.stamp().changedNanos(), Math::max);
      markFilesOf(blob);
    }
    List<Blob> longestUnusedFirst = new ArrayList<>(blobs);
    longestUnusedFirst.sort(
        Comparator.comparing((Blob blob) -> used.get(blob.digest()))
            .thenComparing(blob -> !trees.contains(blob.digest())));
    List<Blob> chosen = new ArrayList<>();
    for (Blob blob : longestUnusedFirst) {
      if (left > keepBytes && used.get(blob.digest()) <= limitNanos) {
        left -= blob.stamp().size();
        chosen.add(blob);
      }
    }
    return remove(chosen, limitNanos);
  }

  private void markFilesOf(Blob blob) throws IOException {
    try {
      if (!isTree(blob)) {
        return;
      }
      Tree tree = Tree.decode(Files.readAllBytes(blob.file()));
      trees.add(blob.digest());
      for (TreeEntry entry : tree.entries()) {
        if (entry.type() == TreeEntry.Type.FILE) {
          used.merge(entry.content(), blob.stamp().changedNanos(), Math::max);
        }
      }
    } catch (NoSuchFileException | MalformedTreeException e) {
      // Gone meanwhile, or a file that only begins like a tree.
    }
  }

  private static boolean isTree(Blob blob) throws IOException {
    try (InputStream in = Files.newInputStream(blob.file())) {
      return TreeEncoding.isTree(in.readNBytes(TreeEncoding.MAGIC_LENGTH));
    }
  }

  private ContentStore.Usage remove(List<Blob> chosen, long limitNanos) throws IOException {
    long count = 0;
    long bytes = 0;
    for (int from = 0; from < chosen.size(); from += BATCH) {
      List<Blob> batch = chosen.subList(from, Math.min(chosen.size(), from + BATCH));
      try (ProcessLock lock = store.lockForAsking()) {
        for (Blob blob : batch) {
          if (isStillOld(blob, limitNanos) && lock.isHeld() && Files.deleteIfExists(blob.file())) {
            count++;
            bytes += blob.stamp().size();
          }
        }
      }
    }
    return new ContentStore.Usage(count, bytes);
  }

  /** Somebody may have asked for it since it was chosen. */
  private static boolean isStillOld(Blob blob, long limitNanos) throws IOException {
    try {
      return FileStamp.of(blob.file()).changedNanos() <= limitNanos;
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
