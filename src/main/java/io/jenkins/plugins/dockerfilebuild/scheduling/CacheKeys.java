package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedMount;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedOperation;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import java.util.List;

/** The keys of the cache directories that steps mount. */
record CacheKeys(Roots roots) {

  /** The keys of a step's cache mounts; what the step needs is there by then. */
  List<CacheKey> of(PlannedStep step) {
    if (!(step.operation() instanceof PlannedOperation.Run run)) {
      return List.of();
    }
    return run.mounts().stream()
        .filter(PlannedMount.Cache.class::isInstance)
        .map(mount -> key((PlannedMount.Cache) mount, step.surroundings().platform()))
        .toList();
  }

  /** Owner and mode do not count where {@code source=} selects a part of the directory. */
  CacheKey key(PlannedMount.Cache cache, String platform) {
    PlannedMount.Directory directory = cache.directory();
    boolean whole = cache.source().matches("[/.]*");
    String seed = directory.seed().map(files -> roots.key(files.root()).toString()).orElse("");
    return new CacheKey(
        directory.namespace(),
        directory.id(),
        platform,
        seed,
        whole ? directory.mode() : CacheKey.DEFAULT_MODE,
        whole ? directory.uid() : 0,
        whole ? directory.gid() : 0);
  }
}
