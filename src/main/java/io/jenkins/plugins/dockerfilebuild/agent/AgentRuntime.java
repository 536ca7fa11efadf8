package io.jenkins.plugins.dockerfilebuild.agent;

import io.jenkins.plugins.dockerfilebuild.execution.docker.DockerAgent;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * An agent: a Docker engine and what is needed to build on it, behind a function of bytes. Loaded
 * by a class loader of its own it needs to share nothing but the JDK with who loads it:
 *
 * <pre>{@code
 * Class<?> runtime = loader.loadClass("io.jenkins.plugins.dockerfilebuild.agent.AgentRuntime");
 * Object agent = runtime.getConstructor(String.class, String.class).newInstance(host, state);
 * byte[] answer = ((UnaryOperator<byte[]>) agent).apply(request);
 * ((AutoCloseable) agent).close();
 * }</pre>
 *
 * <p>The bytes are those of an {@link io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink}.
 * Thread-safe.
 */
public final class AgentRuntime implements UnaryOperator<byte[]>, AutoCloseable {

  private final AgentEndpoint endpoint;

  /**
   * Connects to an engine, after removing what dead processes of the same state directory left on
   * it.
   *
   * @param dockerHost a URL as in DOCKER_HOST
   * @param stateDirectory where blobs, trees and cache directories are kept
   * @throws io.jenkins.plugins.dockerfilebuild.execution.AgentLostException the engine does not
   *     answer
   */
  public AgentRuntime(String dockerHost, String stateDirectory) {
    endpoint = new AgentEndpoint(DockerAgent.connect(dockerHost, Path.of(stateDirectory)));
  }

  /** Answers a request within seconds, however long the work takes that it is about. */
  @Override
  public byte[] apply(byte[] request) {
    return endpoint.handle(request);
  }

  /** Stops what runs, waits until its containers are gone, and lets the engine go. */
  @Override
  public void close() {
    endpoint.close();
  }
}
