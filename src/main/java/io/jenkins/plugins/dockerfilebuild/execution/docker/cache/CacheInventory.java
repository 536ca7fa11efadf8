package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Lists and removes the cache directories below a root, whoever made them: each key's directory
 * holds its key, written down ({@code key.json}).
 */
public record CacheInventory(Path root, InstantSource clock, Optional<CacheVolumes> volumes) {

  /** Of directories that steps see. */
  public CacheInventory(Path root, InstantSource clock) {
    this(root, clock, Optional.empty());
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY_FILE = "key.json";
  private static final int ABBREVIATED = 12;

  private record Found(CacheDirectory description, CacheInstance instance) {}

  /** Writes the key down if that was not done yet. */
  void introduce(Path home, CacheKey key) throws IOException {
    if (key(home).isEmpty()) {
      AtomicFiles.write(home.resolve(KEY_FILE), JSON.writeValueAsBytes(key));
    }
  }

  List<CacheDirectory> list() throws IOException {
    return found().stream().map(Found::description).toList();
  }

  /** As {@link io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories#prune}. */
  List<CacheDirectory> prune(Predicate<CacheDirectory> which, CacheLimits limits)
      throws IOException {
    Map<CacheDirectory, CacheInstance> considered = new LinkedHashMap<>();
    for (Found found : found()) {
      if (which.test(found.description())) {
        considered.put(found.description(), found.instance());
      }
    }
    List<CacheDirectory> removed = new ArrayList<>();
    List<CacheDirectory> all = List.copyOf(considered.keySet());
    for (CacheDirectory one : limits.exceeding(all, clock.millis())) {
      if (removeIfIdle(considered.get(one))) {
        removed.add(one);
      }
    }
    return removed;
  }

  private static boolean removeIfIdle(CacheInstance instance) throws IOException {
    Optional<HostLock> lock = HostLock.tryExclusive(instance.lockFile());
    if (lock.isEmpty()) {
      return false;
    }
    try (HostLock held = lock.get()) {
      return held.isHeld() && instance.remove();
    }
  }

  /** The directories of one key. */
  record Home(CacheKey key, CacheInstances instances) {}

  /** The directories below a key's. */
  CacheInstances instances(Path home) {
    return new CacheInstances(home, volumes);
  }

  List<Home> homes() throws IOException {
    List<Home> homes = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> all = Files.list(root)) {
        for (Path home : all.filter(Files::isDirectory).sorted().toList()) {
          key(home).ifPresent(key -> homes.add(new Home(key, instances(home))));
        }
      }
    }
    return homes;
  }

  private List<Found> found() throws IOException {
    List<Found> found = new ArrayList<>();
    for (Home home : homes()) {
      for (CacheInstance instance : home.instances.existing()) {
        found.add(new Found(describe(home.key, instance), instance));
      }
    }
    return found;
  }

  private static Optional<CacheKey> key(Path home) throws IOException {
    try {
      byte[] json = Files.readAllBytes(home.resolve(KEY_FILE));
      return Optional.of(JSON.readValue(json, CacheKey.class));
    } catch (NoSuchFileException | JsonProcessingException missingOrCutShort) {
      return Optional.empty();
    }
  }

  /** Counts the directory again if it is in use or was since it was counted. */
  private CacheDirectory describe(CacheKey key, CacheInstance instance) throws IOException {
    boolean inUse = isInUse(instance);
    CacheInstance.Notes notes = instance.notes();
    if (inUse || notes.isOutdated()) {
      notes = instance.count(clock.millis());
    }
    return new CacheDirectory(
        key.namespace(),
        key.id(),
        key.hex().substring(0, ABBREVIATED) + "-" + instance.number(),
        notes.bytes(),
        notes.files(),
        notes.createdMillis(),
        notes.lastUsedMillis(),
        inUse,
        notes.worth());
  }

  private static boolean isInUse(CacheInstance instance) throws IOException {
    Optional<HostLock> lock = HostLock.tryExclusive(instance.lockFile());
    if (lock.isPresent()) {
      lock.get().close();
    }
    return lock.isEmpty();
  }
}
