package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords.Change;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Versions as one {@link DirectoryVersions} for each cache directory. Thread-safe. */
public final class RecordCacheVersions implements CacheVersions {

  private final SharedRecords<DirectoryVersions> directories;

  /**
   * @param directories shared with all who use the same agents
   */
  public RecordCacheVersions(SharedRecords<DirectoryVersions> directories) {
    this.directories = directories;
  }

  @Override
  public void register(VersionHolder agent, Map<CacheKey, CacheVersion> held) {
    Map<String, CacheVersion> byHex = new HashMap<>();
    held.forEach((key, version) -> byHex.put(key.hex(), version));
    Map<String, DirectoryVersions> known = directories.getAll(byHex.keySet());
    byHex.forEach(
        (key, version) -> {
          DirectoryVersions before = known.getOrDefault(key, DirectoryVersions.NONE);
          if (!before.registered(agent, version).equals(before)) {
            change(key, versions -> versions.registered(agent, version));
          }
        });
  }

  @Override
  public void forget(VersionHolder agent) {
    directories
        .getAll(directories.keys())
        .forEach(
            (key, versions) -> {
              if (versions.held().containsKey(agent.id())) {
                change(key, now -> now.losing(agent));
              }
            });
  }

  @Override
  public Optional<Newest> open(CacheKey key, long token, boolean exclusive) {
    return exclusive ? change(key.hex(), versions -> versions.fenced(token)).newest() : newest(key);
  }

  @Override
  public Optional<Newest> newest(CacheKey key) {
    return directories.get(key.hex()).flatMap(DirectoryVersions::newest);
  }

  @Override
  public Optional<Newest> newest(CacheKey key, Predicate<VersionHolder> holders) {
    return directories.get(key.hex()).flatMap(versions -> versions.newest(holders));
  }

  @Override
  public void passOver(CacheKey key, CacheVersion version) {
    change(key.hex(), versions -> versions.passing(versions.holders(version)));
  }

  @Override
  public long highest(CacheKey key) {
    return directories.get(key.hex()).map(DirectoryVersions::highest).orElse(0L);
  }

  @Override
  public boolean isPassedOver(CacheKey key, VersionHolder agent) {
    return directories
        .get(key.hex())
        .map(versions -> versions.passedOver().containsKey(agent.id()))
        .orElse(false);
  }

  @Override
  public Map<VersionHolder, CacheVersion> holdings(CacheKey key) {
    return directories.get(key.hex()).map(DirectoryVersions::holdings).orElse(Map.of());
  }

  @Override
  public Publication publish(
      CacheKey key, BaseVersion base, CacheVersion next, VersionHolder agent, long token) {
    return directories.update(
        key.hex(),
        found -> {
          DirectoryVersions versions = found.orElse(DirectoryVersions.NONE);
          Publication publication = judge(versions, base, next, agent, token);
          return new Change<>(
              publication instanceof Publication.Published
                  ? Optional.of(versions.with(agent, next))
                  : found,
              publication);
        });
  }

  private static Publication judge(
      DirectoryVersions versions,
      BaseVersion base,
      CacheVersion next,
      VersionHolder agent,
      long token) {
    if (token < versions.fence()) {
      return new Publication.Fenced(versions.fence());
    }
    Optional<Newest> newest = versions.newest();
    // What this call has published itself, when the answer to that was lost.
    boolean made =
        versions.heldBy(agent).filter(next::equals).isPresent()
            && newest.map(found -> found.version().equals(next)).orElse(false);
    boolean outdated = newest.map(found -> !found.version().asBase().equals(base)).orElse(false);
    return outdated && !made ? new Publication.Outdated(newest.get()) : new Publication.Published();
  }

  @Override
  public void held(CacheKey key, CacheVersion version, VersionHolder agent) {
    change(key.hex(), versions -> versions.with(agent, version));
  }

  @Override
  public void unreachable(CacheKey key, VersionHolder agent) {
    change(key.hex(), versions -> versions.losing(agent));
  }

  @Override
  public void dropped(CacheKey key, VersionHolder agent) {
    change(key.hex(), versions -> versions.without(agent));
  }

  private DirectoryVersions change(String key, UnaryOperator<DirectoryVersions> change) {
    return directories.update(
        key,
        found -> {
          DirectoryVersions next = change.apply(found.orElse(DirectoryVersions.NONE));
          boolean nothing = found.isEmpty() && next.equals(DirectoryVersions.NONE);
          return new Change<>(nothing ? found : Optional.of(next), next);
        });
  }
}
