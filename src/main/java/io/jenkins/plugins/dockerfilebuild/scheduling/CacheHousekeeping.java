package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Keeps the cache directories of a build's namespace within limits, when the build ends. */
record CacheHousekeeping(CacheLimits limits, Progress progress) {

  private static final double MEGABYTE = 1e6;

  /**
   * @param namespaces whose directories are considered, their forks with them
   */
  void keep(List<Agent> agents, Set<String> namespaces) {
    if (limits.isNone() || namespaces.isEmpty()) {
      return;
    }
    Set<String> families = namespaces.stream().map(CacheKey::family).collect(Collectors.toSet());
    for (Agent agent : agents) {
      try {
        agent
            .services()
            .cacheDirectories()
            .prune(one -> families.contains(CacheKey.family(one.namespace())), limits)
            .forEach(gone -> tell(agent, gone));
      } catch (CancellationException e) {
        throw e;
      } catch (AgentLostException e) {
        // What it keeps is of no use to anybody now; the next build looks again.
      } catch (RuntimeException e) {
        // The image is there: what was not removed is worth a warning, not a build.
        tell(
            "the cache directories on %s are not kept within their limits: %s"
                .formatted(agent, CacheHolders.reason(e)));
      }
    }
  }

  private void tell(Agent agent, CacheDirectory gone) {
    String message =
        String.format(
            Locale.ROOT,
            "removed the cache directory %s of %s from %s, %.1f MB: %s",
            gone.id(),
            gone.namespace(),
            agent,
            gone.bytes() / MEGABYTE,
            reason(gone));
    tell(message);
  }

  private void tell(String message) {
    progress.tell(at -> new BuildEvent.Notice(at, Optional.empty(), message));
  }

  /** A limit is kept; that a directory will never fit it is for the user to mend. */
  private String reason(CacheDirectory gone) {
    long most =
        LongStream.concat(limits.idBytes().stream(), limits.namespaceBytes().stream())
            .min()
            .orElse(Long.MAX_VALUE);
    return gone.bytes() <= most
        ? "the limits leave no room for it"
        : String.format(
            Locale.ROOT,
            "it alone exceeds its limit of %.1f MB and will go after every build that uses it,"
                + " which is cold each time; raise the limit, or have the tool that fills it keep"
                + " less",
            most / MEGABYTE);
  }
}
