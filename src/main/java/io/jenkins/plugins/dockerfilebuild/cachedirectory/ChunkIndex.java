package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where in a directory each chunk of its manifest lies. Open addressing over arrays, 16 bytes a
 * chunk at most half full, for there may be hundreds of thousands. Immutable.
 */
final class ChunkIndex {

  /** A chunk's place: the entry's position in the manifest, and the chunk's in the entry. */
  record Place(CacheEntry file, long offset, int length) {}

  private static final int FREE = -1;

  private final CacheManifest manifest;
  private final int[] entries;
  private final int[] chunks;

  ChunkIndex(CacheManifest manifest) {
    this.manifest = manifest;
    int count = 1;
    for (CacheEntry entry : manifest.entries()) {
      count += entry.chunks().count();
    }
    int capacity = Integer.highestOneBit(count) << 2;
    entries = new int[capacity];
    chunks = new int[capacity];
    Arrays.fill(entries, FREE);
    for (int e = 0; e < manifest.entries().size(); e++) {
      ChunkList list = manifest.entries().get(e).chunks();
      for (int c = 0; c < list.count(); c++) {
        put(list.rawDigest(c), e, c);
      }
    }
  }

  private void put(byte[] digest, int entry, int chunk) {
    int slot = slot(digest);
    while (entries[slot] != FREE) {
      if (Arrays.equals(digest, digestAt(slot))) {
        return;
      }
      slot = next(slot);
    }
    entries[slot] = entry;
    chunks[slot] = chunk;
  }

  /** A place of the chunk, if the manifest has it. */
  Optional<Place> find(byte[] digest) {
    for (int slot = slot(digest); entries[slot] != FREE; slot = next(slot)) {
      if (Arrays.equals(digest, digestAt(slot))) {
        CacheEntry file = manifest.entries().get(entries[slot]);
        long offset = 0;
        for (int i = 0; i < chunks[slot]; i++) {
          offset += file.chunks().length(i);
        }
        return Optional.of(new Place(file, offset, file.chunks().length(chunks[slot])));
      }
    }
    return Optional.empty();
  }

  private byte[] digestAt(int slot) {
    return manifest.entries().get(entries[slot]).chunks().rawDigest(chunks[slot]);
  }

  private int slot(byte[] digest) {
    return ByteBuffer.wrap(digest).getInt() & (entries.length - 1);
  }

  private int next(int slot) {
    return (slot + 1) & (entries.length - 1);
  }
}
