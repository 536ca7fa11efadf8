package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

/** A cluster cannot be started, joined or asked. The message says what to look at. */
public final class ClusterException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
