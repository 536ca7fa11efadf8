/**
 * The agent's side in one piece, for whatever process it runs in: {@link
 * io.jenkins.plugins.dockerfilebuild.agent.AgentRuntime}.
 */
package io.jenkins.plugins.dockerfilebuild.agent;
