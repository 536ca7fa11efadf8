/**
 * How a caller and an agent in another process speak. A carrier is an {@link
 * io.jenkins.plugins.dockerfilebuild.execution.link.AgentLink}: bytes to the agent, bytes back. On
 * the caller's side {@link io.jenkins.plugins.dockerfilebuild.execution.link.RemoteAgentServices}
 * makes an {@link io.jenkins.plugins.dockerfilebuild.execution.AgentServices} of it, on the agent's
 * side {@link io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint} serves one.
 *
 * <p>Every call is an operation with an id. The caller starts it and then polls for its events:
 * lines of output, batches of bytes, and last how it ended. The agent never calls back, so any
 * carrier of questions and answers will do. A short call is answered with its start: one round
 * trip.
 *
 * <p>To add a call: one record in {@link
 * io.jenkins.plugins.dockerfilebuild.execution.link.AgentCall} and the method of {@code
 * RemoteAgentServices} that sends it.
 */
package io.jenkins.plugins.dockerfilebuild.execution.link;
