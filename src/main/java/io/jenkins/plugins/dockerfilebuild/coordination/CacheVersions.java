package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
  void register(String agent, Map<CacheKey, CacheVersion> held);

  /** Forgets an agent that is lost: it holds nothing any more. */
  void forget(String agent);

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

  /** Which version each agent holds, for those who choose an agent. */
  Map<String, CacheVersion> holdings(CacheKey key);

  /**
   * A version and who can give it.
   *
   * @param holders names of agents, never empty
   */
  record Newest(CacheVersion version, Set<String> holders) {}

  /**
   * Makes a version the newest, if the one that it was made from still is (compare and set).
   *
   * @param base the number of the version that it was made from, 0 for none
   * @param agent that holds it
   * @param token of the lease under which it was made
   */
  Publication publish(CacheKey key, long base, CacheVersion next, String agent, long token);

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
  void held(CacheKey key, CacheVersion version, String agent);

  /** Notes that an agent has the directory no more, or a damaged one. */
  void dropped(CacheKey key, String agent);
}
