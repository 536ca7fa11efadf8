package io.jenkins.plugins.dockerfilebuild.vault;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheEntry;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkBatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.IncomingPatch;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.MalformedManifestException;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Applied;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Chunk;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Range;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A version on its way into a vault: packs of chunks as they come, then manifest and index, at last
 * the record that makes them count. Calls come one after the other, but for {@link #chunks}.
 */
final class VaultUpload {

  private static final Logger LOGGER = Logger.getLogger(VaultUpload.class.getName());

  /** Beyond these a version is written anew, so that what is dead does not gather. */
  private static final int MAX_INDEXES = 64;

  private static final int MAX_DEAD_FACTOR = 2;

  private final CacheKey key;
  private final VaultDirectory directory;
  private final VaultObjects objects;
  private final Path folder;
  private final IncomingPatch patch;
  private List<String> indexes = List.of();
  private CacheManifest manifest = CacheManifest.EMPTY;
  private List<Chunk> lacking = List.of();
  private final Set<Digest> awaited = Collections.synchronizedSet(new HashSet<>());
  private final Map<Digest, List<Digest>> packs = Collections.synchronizedMap(new TreeMap<>());

  VaultUpload(CacheKey key, VaultDirectory directory, VaultObjects objects, Path temporary)
      throws IOException {
    this.key = key;
    this.directory = directory;
    this.objects = objects;
    this.folder = Files.createTempDirectory(Files.createDirectories(temporary), "vault");
    this.patch = IncomingPatch.fromNothing(patchFile());
  }

  private Path patchFile() {
    return folder.resolve("patch");
  }

  void patch(Bytes part) throws IOException {
    patch.append(part);
  }

  /** Finds out which chunks no pack has that is left of the version before. */
  Target target(Digest wanted) throws IOException {
    manifest = patch.apply(wanted);
    Map<Digest, Integer> all = new LinkedHashMap<>();
    for (CacheEntry entry : manifest.entries()) {
      for (int i = 0; i < entry.chunks().count(); i++) {
        all.put(entry.chunks().digest(i), entry.chunks().length(i));
      }
    }
    Set<Digest> known = known(all.size());
    lacking = new ArrayList<>();
    all.forEach(
        (digest, length) -> {
          if (!known.contains(digest)) {
            lacking.add(new Chunk(digest, length));
            awaited.add(digest);
          }
        });
    long bytes = lacking.stream().mapToLong(Chunk::length).sum();
    return new Target(wanted, manifest.files(), manifest.bytes(), lacking.size(), bytes, 0, 0, 0);
  }

  private Set<Digest> known(int live) throws IOException {
    VaultDirectory.Known known = directory.known();
    if (known.indexes().size() >= MAX_INDEXES
        || known.chunks().size() > (long) MAX_DEAD_FACTOR * live) {
      return Set.of();
    }
    indexes = known.indexes();
    packs.putAll(known.rest());
    return known.chunks();
  }

  List<Chunk> lacking(Range range) {
    return lacking.stream()
        .skip(range.from())
        .limit(range.count())
        .filter(chunk -> awaited.contains(chunk.digest()))
        .toList();
  }

  /** Keeps a batch as a pack, each chunk verified. Thread-safe. */
  int chunks(Bytes batch) throws IOException {
    List<Digest> chunks = new ArrayList<>();
    ChunkBatch.receive(batch, (digest, bytes) -> chunks.add(Digest.from(digest)));
    if (chunks.isEmpty()) {
      return 0;
    }
    for (Digest chunk : chunks) {
      if (!awaited.contains(chunk)) {
        throw new MalformedManifestException("received a chunk that was not asked for: " + chunk);
      }
    }
    byte[] pack = ChunkBatch.packed(batch).toArray();
    Digest name = Digest.of(pack);
    objects.put(VaultNames.packs(key.hex()) + name.hex(), pack);
    packs.put(name, chunks);
    chunks.forEach(awaited::remove);
    return chunks.size();
  }

  /** Makes the version count, if all of it came. */
  Applied publish(long number, long publishedMillis) throws IOException {
    if (!awaited.isEmpty()) {
      return new Applied(false, awaited.size());
    }
    List<String> all = new ArrayList<>(indexes);
    if (!packs.isEmpty()) {
      byte[] index = new PackIndex(packs).encoded();
      String name = Digest.of(index).hex();
      objects.put(VaultNames.indexes(key.hex()) + name, index);
      all.add(name);
    }
    String digest = manifest.digest().toString();
    objects.put(
        VaultNames.manifests(key.hex()) + manifest.digest().hex(), Files.readAllBytes(patchFile()));
    VaultRecord record =
        new VaultRecord(
            key, number, publishedMillis, digest, manifest.files(), manifest.bytes(), all);
    objects.put(record.name(), record.encoded());
    sweep();
    return new Applied(true, 0);
  }

  /** The version is there all the same, and the next one sweeps again. */
  private void sweep() {
    try {
      new VaultSweep(objects, key.hex()).run();
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "what is dead in the vault cannot be removed", e);
    }
  }

  void close() throws IOException {
    RecursiveRemoval.remove(folder);
  }
}
