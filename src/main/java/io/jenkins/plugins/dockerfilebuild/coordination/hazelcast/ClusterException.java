package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import io.jenkins.plugins.dockerfilebuild.coordination.CoordinationException;

/** A cluster cannot be started, joined or asked. The message says what to look at. */
public final class ClusterException extends CoordinationException {

  private static final long serialVersionUID = 1;

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
