package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which version of each cache directory is the newest, and which agents hold it. Soft: the agents
 * are the truth, for version and manifest lie beside each directory on their disks. Whoever starts
 * anew is told what each agent holds ({@link #register}) and knows all again. Thread-safe.
 */
public interface CacheVersions {

  /**
   * Takes what an agent holds into the index, as when it joins. What is known to be newer stays: it
   * may have been published while the agent was asked. A directory that the agent has no more shows
   * when it is asked for ({@link #dropped}).
   *
   * @param held each directory's version there
   */
  void register(VersionHolder agent, Map<CacheKey, CacheVersion> held);

  /** Notes that an agent is lost: what it has is passed over ({@link #passOver}). */
  void forget(VersionHolder agent);

  /**
   * The newest version that somebody holds, for a holder of a lease that is about to use it. Under
   * a lease that excludes others, from now on whoever has an older token cannot publish.
   *
   * @param token of the lease
   * @param exclusive whether the lease is a locked one
   * @return empty if nobody holds any
   */
  Optional<Newest> open(CacheKey key, long token, boolean exclusive);

  /** The newest version, for those who only look. */
  Optional<Newest> newest(CacheKey key);

  /** The newest version of those that some agents hold, such as those that can be reached. */
  Optional<Newest> newest(CacheKey key, Predicate<VersionHolder> holders);

  /**
   * Goes on without a version that nobody can give now, for whoever publishes the next one: it is
   * not the newest any more, but it is remembered of the agents that have it.
   */
  void passOver(CacheKey key, CacheVersion version);

  /**
   * The highest number that a version ever had as far as is known, also one that was passed over; 0
   * for none. The next one has a higher number, so that no agent that comes back has the newest.
   */
  long highest(CacheKey key);

  /** Whether what an agent has was passed over: the newest version was made without it. */
  boolean isPassedOver(CacheKey key, VersionHolder agent);

  /** Which version each agent holds, for those who choose an agent. */
  Map<VersionHolder, CacheVersion> holdings(CacheKey key);

  /**
   * A version and who can give it.
   *
   * @param holders never empty
   */
  record Newest(CacheVersion version, Set<VersionHolder> holders) {}

  /**
   * Makes a version the newest, if the one that it was made from still is (compare and set).
   *
   * @param base the version that it was made from
   * @param agent that holds it
   * @param token of the lease under which it was made
   */
  Publication publish(
      CacheKey key, BaseVersion base, CacheVersion next, VersionHolder agent, long token);

  /** How a publication went. */
  sealed interface Publication {

    /** It is the newest now. */
    record Published() implements Publication {}

    /** Another was published meanwhile: merge with it, then publish what comes out. */
    record Outdated(Newest newest) implements Publication {}

    /** Another has worked under a newer lease meanwhile; what was made must be discarded. */
    record Fenced(long newerToken) implements Publication {}
  }

  /** Notes that an agent holds a version too, which replaces the one that it held before. */
  void held(CacheKey key, CacheVersion version, VersionHolder agent);

  /** Notes that what an agent has of a directory cannot be had from it now; see {@link #forget}. */
  void unreachable(CacheKey key, VersionHolder agent);

  /** Notes that an agent has the directory no more, or a damaged one. */
  void dropped(CacheKey key, VersionHolder agent);
}
