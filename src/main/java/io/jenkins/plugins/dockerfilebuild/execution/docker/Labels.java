package io.jenkins.plugins.dockerfilebuild.execution.docker;

/** The labels by which things of ours are told from others on an engine. */
final class Labels {

  static final String PREFIX = "io.jenkins.dockerfile-build.";

  /** On a container or volume: the session that made it. */
  static final String SESSION = PREFIX + "session";

  private Labels() {}
}
