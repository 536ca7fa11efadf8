package io.jenkins.plugins.dockerfilebuild.execution;

import java.util.List;
import java.util.Optional;

/**
 * The places on an agent where steps run, shared by all builds of its pool; first come, first
 * served. The agent is the judge, so a build that is gone, or cannot reach it, holds none.
 * Thread-safe.
 */
public interface AgentPlaces {

  /**
   * Takes a place in the queue; does not wait.
   *
   * @param who asks, as users know it
   * @param changed is called by any thread when the request's state may have changed; must not wait
   */
  Request request(String who, Runnable changed);

  /** A place in the queue, and then one to run a step on, until it is closed. */
  interface Request extends AutoCloseable {

    /** Whether the turn has come. */
    boolean isGranted();

    /** Who is served before; empty also until the agent has answered. */
    List<PlaceHolder> ahead();

    /** Why there is and will be no place: the agent is lost. */
    Optional<String> failure();

    /** Leaves the queue or gives the place back; does not wait. Closing twice is harmless. */
    @Override
    void close();
  }
}
