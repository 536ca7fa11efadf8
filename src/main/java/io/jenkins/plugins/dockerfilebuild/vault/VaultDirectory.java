package io.jenkins.plugins.dockerfilebuild.vault;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.MalformedManifestException;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One cache directory in a vault: its newest version, and the chunks that its packs hold.
 * Thread-safe.
 */
final class VaultDirectory {

  /** A batch in its framing, compressed or not; what is longer was not written by us. */
  private static final int MAX_PACK =
      ChunkBatch.MAX_BYTES + ChunkBatch.MAX_CHUNKS * (Digest.LENGTH + 8) + 64;

  private final VaultObjects objects;
  private final String hex;

  /** The record whose indexes are loaded; guarded by this, as are the next three. */
  private Optional<VaultRecord> loaded = Optional.empty();

  /** Its indexes that are sound, by name, the oldest first. */
  private Map<String, PackIndex> indexes = Map.of();

  /** Chunk → its pack; pack → its chunks. */
  private Map<Digest, Digest> packOf = Map.of();

  private Map<Digest, List<Digest>> chunksOf = Map.of();

  private final Map<String, Bytes> packs;

  /**
   * @param packs those of all directories that are in memory, by name; thread-safe
   */
  VaultDirectory(VaultObjects objects, String hex, Map<String, Bytes> packs) {
    this.objects = objects;
    this.hex = hex;
    this.packs = packs;
  }

  /** The newest version whose record is sound. */
  Optional<VaultRecord> newest() throws IOException {
    List<VaultObjects.Stored> all = objects.list(VaultNames.versions(hex));
    for (int i = all.size() - 1; i >= 0; i--) {
      Optional<VaultRecord> record = record(all.get(i).name());
      if (record.isPresent()) {
        return record;
      }
    }
    return Optional.empty();
  }

  private Optional<VaultRecord> record(String name) throws IOException {
    return objects
        .get(name, 0, VaultRecord.MAX_BYTES)
        .flatMap(json -> VaultRecord.decode(json, hex));
  }

  /** Where the newest version's chunks are, read anew if that is another one by now. */
  private synchronized void load() throws IOException {
    Optional<VaultRecord> newest = newest();
    if (!newest.equals(loaded)) {
      Map<String, PackIndex> read = new LinkedHashMap<>();
      for (String name : newest.map(VaultRecord::indexes).orElse(List.of())) {
        index(name).ifPresent(index -> read.put(name, index));
      }
      Map<Digest, Digest> found = new HashMap<>();
      Map<Digest, List<Digest>> all = new HashMap<>();
      for (PackIndex index : read.values()) {
        all.putAll(index.packs());
        index.packs().forEach((pack, chunks) -> chunks.forEach(chunk -> found.put(chunk, pack)));
      }
      packOf = found;
      chunksOf = all;
      indexes = read;
      loaded = newest;
    }
  }

  /** Empty if it is gone, as where the store removes by itself what is old, or damaged. */
  private Optional<PackIndex> index(String name) throws IOException {
    Optional<byte[]> bytes = objects.get(VaultNames.indexes(hex) + name, 0, PackIndex.MAX_BYTES);
    try {
      return bytes.isPresent() ? Optional.of(PackIndex.decode(bytes.get())) : Optional.empty();
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }

  /** What the store still has of the newest version. */
  Known known() throws IOException {
    Set<String> there = names(VaultNames.indexes(hex));
    there.addAll(names(VaultNames.packs(hex)));
    List<String> whole = new ArrayList<>();
    Map<Digest, List<Digest>> rest = new HashMap<>();
    Set<Digest> chunks = new HashSet<>();
    synchronized (this) {
      load();
      indexes.forEach(
          (name, index) -> {
            Map<Digest, List<Digest>> left = new HashMap<>(index.packs());
            left.keySet().removeIf(pack -> !there.contains(VaultNames.packs(hex) + pack.hex()));
            left.values().forEach(chunks::addAll);
            if (left.equals(index.packs()) && there.contains(VaultNames.indexes(hex) + name)) {
              whole.add(name);
            } else {
              rest.putAll(left);
            }
          });
    }
    return new Known(whole, rest, chunks);
  }

  private Set<String> names(String kind) throws IOException {
    return objects.list(kind).stream()
        .map(VaultObjects.Stored::name)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /**
   * What need not come again.
   *
   * @param indexes those of which nothing is gone
   * @param rest what is left of the others: packs with their chunks
   * @param chunks all that these packs hold
   */
  record Known(List<String> indexes, Map<Digest, List<Digest>> rest, Set<Digest> chunks) {}

  /** Those of the chunks that are here. */
  Bytes chunks(List<Digest> wanted) throws IOException {
    Map<Digest, Set<Digest>> byPack = byPack(wanted);
    if (byPack.size() == 1) {
      Digest pack = byPack.keySet().iterator().next();
      if (byPack.get(pack).size() == chunksIn(pack)) {
        return pack(pack);
      }
    }
    ChunkBatch.Builder batch = new ChunkBatch.Builder(ChunkBatch.MAX_BYTES, 0);
    int[] left = {CacheReplicas.BATCH_BYTES};
    for (Map.Entry<Digest, Set<Digest>> some : byPack.entrySet()) {
      ChunkBatch.receive(
          pack(some.getKey()),
          (digest, bytes) -> {
            if (bytes.remaining() <= left[0] && some.getValue().remove(Digest.from(digest))) {
              byte[] copy = new byte[bytes.remaining()];
              bytes.get(copy);
              batch.add(digest, copy, copy.length);
              left[0] -= copy.length;
            }
          });
    }
    return batch.build();
  }

  private synchronized int chunksIn(Digest pack) {
    return chunksOf.get(pack).size();
  }

  private synchronized Map<Digest, Set<Digest>> byPack(List<Digest> wanted) throws IOException {
    if (loaded.isEmpty() || !packOf.keySet().containsAll(wanted)) {
      load();
    }
    Map<Digest, Set<Digest>> byPack = new LinkedHashMap<>();
    for (Digest chunk : wanted) {
      Digest pack = packOf.get(chunk);
      if (pack != null) {
        byPack.computeIfAbsent(pack, p -> new HashSet<>()).add(chunk);
      }
    }
    return byPack;
  }

  private Bytes pack(Digest digest) throws IOException {
    String name = VaultNames.packs(hex) + digest.hex();
    Bytes known = packs.get(name);
    if (known != null) {
      return known;
    }
    byte[] bytes =
        objects
            .get(name, 0, MAX_PACK)
            .orElseThrow(() -> new IOException("the vault lacks the pack " + digest));
    if (!Digest.of(bytes).equals(digest)) {
      throw new MalformedManifestException("the vault's pack " + digest + " is damaged or forged");
    }
    Bytes pack = Bytes.of(bytes);
    packs.put(name, pack);
    return pack;
  }

  /** Reads everything that the newest version needs. */
  boolean isSound() throws IOException {
    load();
    List<Digest> all;
    Optional<VaultRecord> record;
    synchronized (this) {
      all = new ArrayList<>(chunksOf.keySet());
      record = loaded;
      if (record.isPresent() && !indexes.keySet().containsAll(record.get().indexes())) {
        return false;
      }
    }
    try {
      for (Digest pack : all) {
        ChunkBatch.receive(pack(pack), (digest, bytes) -> {});
      }
      return record.isEmpty()
          || objects.get(VaultNames.manifests(hex) + record.get().digest().hex(), 0, 1).isPresent();
    } catch (IOException damaged) {
      return false;
    }
  }
}
