package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The cache directories of one step, from before it begins until they are published. Used by the
 * thread that runs the step.
 */
final class PreparedCaches {

  private final StepRequest request;
  private final CachePolicy policy;
  private final Consumer<CacheUseOnAgent> publish;
  private final Consumer<CacheUseOnAgent> giveUp;
  private final Map<CacheKey, CacheUseOnAgent> uses = new HashMap<>();

  PreparedCaches(
      StepRequest request,
      CachePolicy policy,
      Consumer<CacheUseOnAgent> publish,
      Consumer<CacheUseOnAgent> giveUp) {
    this.request = request;
    this.policy = policy;
    this.publish = publish;
    this.giveUp = giveUp;
  }

  void add(CacheUseOnAgent use) {
    uses.put(use.key(), use);
  }

  /** The request, each cache mount with the directory that was taken for it. */
  StepRequest request() {
    if (uses.isEmpty()) {
      return request;
    }
    StepRequest.Run run = (StepRequest.Run) request.operation();
    List<MountRequest> mounts = new ArrayList<>();
    for (MountRequest mount : run.mounts()) {
      mounts.add(mount instanceof MountRequest.Cache cache ? inUse(cache) : mount);
    }
    return request.withOperation(run.withMounts(mounts));
  }

  private MountRequest inUse(MountRequest.Cache cache) {
    CacheUseOnAgent use = uses.get(policy.own(cache.key()));
    return new MountRequest.Cache(
        cache.target(),
        cache.readOnly(),
        use.key(),
        cache.sharing(),
        cache.source(),
        cache.seedImage(),
        Optional.of(use.handle()));
  }

  /** What became of each mount, by the index of the pool added to what the agent tells. */
  List<MountReport> reports(List<MountReport> told) {
    return told.stream().map(this::report).toList();
  }

  /**
   * What became of the cache mounts of a step of which the agent tells no more than that it failed.
   */
  List<MountReport> reports() {
    return uses.isEmpty()
        ? List.of()
        : ((StepRequest.Run) request.operation())
            .mounts().stream()
                .filter(MountRequest.Cache.class::isInstance)
                .map(MountRequest.Cache.class::cast)
                .map(cache -> uses.get(policy.own(cache.key())).report(cache))
                .toList();
  }

  private MountReport report(MountReport told) {
    return uses.values().stream()
        .filter(use -> told.type().equals("cache") && use.key().id().equals(told.id()))
        .findFirst()
        .map(use -> use.report(told))
        .orElse(told);
  }

  /** Bytes that the agent was sent for them. */
  long bytesReceived() {
    return uses.values().stream().mapToLong(CacheUseOnAgent::bytesReceived).sum();
  }

  /**
   * Nothing of the step is there any more, whether it succeeded or not: publishes what it wrote, in
   * the background.
   */
  void finish() {
    uses.values().forEach(publish);
  }

  /**
   * The step took none of them. Where others were in a directory too, this use may be the one that
   * leaves last, and publishes what they wrote.
   */
  void neverBegun() {
    uses.values().forEach(use -> (use.use().alone() ? giveUp : publish).accept(use));
  }

  /** The step's agent is lost, or may still be at it: nothing of it is published. */
  void giveUp() {
    uses.values().forEach(giveUp);
  }
}
