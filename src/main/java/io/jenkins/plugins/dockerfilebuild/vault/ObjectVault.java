package io.jenkins.plugins.dockerfilebuild.vault;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Versions of cache directories in an object store, as one more holder of them. A version counts
 * when its record is there, which is written last: what an upload that broke off left is never
 * seen, and goes a day later. Nothing is changed in place, so several processes may keep versions
 * at once; the higher number counts. What the store holds is trusted no more than another agent:
 * records are bounded and checked, manifests and chunks verified by whoever receives them.
 * Thread-safe.
 */
public final class ObjectVault implements CacheReplicas, AutoCloseable {

  /** Whose indexes are in memory: those of a cache of a gigabyte take some megabytes. */
  static final int DIRECTORIES_KEPT = 8;

  /** As many as several agents ask for at once; 55 MB. */
  static final int PACKS_KEPT = 12;

  private final String id;
  private final VaultObjects objects;
  private final Path temporary;
  private final Map<String, VaultUpload> uploads = new ConcurrentHashMap<>();

  /**
   * What is known of the directories that were used last, by the hex of their keys: a vault lives
   * as long as its controller, and has any number of directories.
   */
  private final Map<String, VaultDirectory> directories =
      Collections.synchronizedMap(new RecentlyUsed<>(DIRECTORIES_KEPT));

  /** Packs that were read last, by name. */
  private final Map<String, Bytes> packs =
      Collections.synchronizedMap(new RecentlyUsed<>(PACKS_KEPT));

  /**
   * @param id the same for all who use these objects
   */
  ObjectVault(String id, VaultObjects objects, Path temporary) {
    this.id = id;
    this.objects = objects;
    this.temporary = temporary;
  }

  /**
   * A vault in an S3-compatible store; nothing is asked yet.
   *
   * @param environment where region, endpoint and credentials are looked up, as AWS' tools do
   * @param temporary a folder for manifests on their way
   */
  public static ObjectVault s3(S3Address address, Map<String, String> environment, Path temporary) {
    return new ObjectVault(
        address.id(environment), S3Objects.open(address, environment), temporary);
  }

  /** Who this vault is, for all who use it. */
  public String id() {
    return id;
  }

  @Override
  public List<HeldVersion> inventory() {
    try {
      List<HeldVersion> held = new ArrayList<>();
      for (String folder : objects.folders()) {
        if (VaultNames.isDigest(folder)) {
          unkept(folder).newest().map(VaultRecord::held).ifPresent(held::add);
        }
      }
      return held;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the vault", e);
    }
  }

  private VaultDirectory directory(String hex) {
    return directories.computeIfAbsent(hex, this::unkept);
  }

  private VaultDirectory unkept(String hex) {
    return new VaultDirectory(objects, hex, packs);
  }

  /** Directories and packs in memory. */
  int inMemory() {
    return directories.size() + packs.size();
  }

  @Override
  public Use open(CacheKey key, CacheSharing sharing, boolean discard) throws IOException {
    VaultDirectory directory = directory(key.hex());
    String handle = UUID.randomUUID().toString();
    uploads.put(handle, new VaultUpload(key, directory, objects, temporary));
    return new Use(handle, directory.newest().map(VaultRecord::held), Optional.empty(), true, 0);
  }

  private VaultUpload upload(String handle) throws IOException {
    VaultUpload upload = uploads.get(handle);
    if (upload == null) {
      throw new IOException("the upload to the vault has ended: " + handle);
    }
    return upload;
  }

  @Override
  public void writePatch(String use, Bytes part) throws IOException {
    upload(use).patch(part);
  }

  @Override
  public Target target(String use, Digest manifest, Kept kept) throws IOException {
    if (kept != Kept.NOTHING) {
      throw new IOException("a vault merges nothing");
    }
    return upload(use).target(manifest);
  }

  @Override
  public List<Chunk> lacking(String use, Range range) throws IOException {
    return upload(use).lacking(range);
  }

  @Override
  public int writeChunks(String use, Bytes batch) throws IOException {
    return upload(use).chunks(batch);
  }

  @Override
  public Applied apply(String use, long number, long publishedMillis) throws IOException {
    return upload(use).publish(number, publishedMillis);
  }

  @Override
  public Bytes readPatch(CacheKey key, Digest manifest, Optional<Digest> base, long offset)
      throws IOException {
    return Bytes.of(
        objects
            .get(VaultNames.manifests(key.hex()) + manifest.hex(), offset, BATCH_BYTES)
            .orElseThrow(() -> new IOException("the vault lacks the manifest " + manifest)));
  }

  @Override
  public Bytes readChunks(CacheKey key, Digest manifest, List<Digest> chunks) throws IOException {
    return directory(key.hex()).chunks(chunks);
  }

  /** Nothing runs here, so nothing changes by itself. */
  @Override
  public Optional<Scan> scan(String use) {
    return Optional.empty();
  }

  @Override
  public void adopt(String use, long number, long publishedMillis) throws IOException {
    throw new IOException("a vault makes no versions of its own");
  }

  @Override
  public Verification verify(CacheKey key) throws IOException {
    return directory(key.hex()).isSound() ? new Verification(1, 0, 0) : new Verification(0, 1, 0);
  }

  @Override
  public void close(String use) throws IOException {
    VaultUpload upload = uploads.remove(use);
    if (upload != null) {
      upload.close();
    }
  }

  @Override
  public void close() {
    objects.close();
  }
}
