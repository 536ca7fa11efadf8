package io.jenkins.plugins.dockerfilebuild.execution;

/**
 * Where an agent keeps what containers mount, as a probe found out.
 *
 * @param reason one sentence for the user
 */
public record MountStorage(Kind kind, String reason) {

  /** The places. */
  public enum Kind {
    /** Directories below the agent's state directory: agent and engine share a file system. */
    HOST_DIRECTORIES,
    /** Volumes of the engine, filled and read through its API. */
    VOLUMES
  }
}
