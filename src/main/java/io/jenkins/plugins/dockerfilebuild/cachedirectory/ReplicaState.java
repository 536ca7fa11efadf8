package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Replica.Held;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What is remembered of a replica, as JSON in a file beside it.
 *
 * @param number of the version that the directory came from, 0 for none
 * @param manifest of that version, {@code ""} for none
 * @param scanned the manifest of what the directory held when it was last known
 * @param publishedMillis of the version, since the epoch
 * @param dirty whether it may hold something else by now
 * @param files of what was scanned
 * @param bytes of what was scanned
 * @param boot the start of the machine in which that was noted; {@code ""} if it is not known
 */
record ReplicaState(
    long number,
    String manifest,
    String scanned,
    long publishedMillis,
    boolean dirty,
    long files,
    long bytes,
    String boot) {

  /** Nothing is known. */
  static final ReplicaState NONE =
      new ReplicaState(0, "", CacheManifest.EMPTY.digest().toString(), 0, true, 0, 0, Boot.ID);

  private static final ObjectMapper JSON = new ObjectMapper();

  ReplicaState {
    // As it was noted before there was this.
    boot = boot == null ? "" : boot;
  }

  /** What a file says; one that is missing or was cut short says nothing. */
  static ReplicaState read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), ReplicaState.class);
    } catch (NoSuchFileException | JsonProcessingException missingOrCutShort) {
      return NONE;
    }
  }

  void write(Path file) throws IOException {
    AtomicFiles.write(file, JSON.writeValueAsBytes(this));
  }

  /** The directory holds the version that it came from, and nothing else. */
  boolean isExact() {
    return !dirty && number > 0 && scanned.equals(manifest);
  }

  /** Whether the machine has not started anew since. */
  boolean isOfThisBoot() {
    return boot.equals(Boot.ID);
  }

  /** The version that the directory came from. */
  Held version() {
    return new Held(number, Digest.parse(manifest), files, bytes, publishedMillis);
  }

  BaseVersion base() {
    return manifest.isEmpty() ? BaseVersion.NONE : new BaseVersion(number, Digest.parse(manifest));
  }

  ReplicaState dirtied() {
    return new ReplicaState(
        number, manifest, scanned, publishedMillis, true, files, bytes, Boot.ID);
  }

  /** As it is after a scan that found {@code now}. */
  ReplicaState holding(CacheManifest now) {
    String found = now.digest().toString();
    return new ReplicaState(
        number,
        manifest,
        found,
        publishedMillis,
        !found.equals(manifest),
        now.files(),
        now.bytes(),
        Boot.ID);
  }

  /** As it is once what was scanned last is a version. */
  ReplicaState published(long asNumber, long atMillis) {
    return new ReplicaState(asNumber, scanned, scanned, atMillis, false, files, bytes, Boot.ID);
  }

  /** As it is once the directory was brought to {@code now}, which comes from {@code version}. */
  static ReplicaState broughtUp(Held version, CacheManifest now) {
    return new ReplicaState(
            version.number(),
            version.manifest().toString(),
            "",
            version.publishedMillis(),
            true,
            0,
            0,
            Boot.ID)
        .holding(now);
  }
}
