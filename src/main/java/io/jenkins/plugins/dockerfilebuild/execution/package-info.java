/**
 * The agent's side as values and ports: what is asked of an agent ({@link
 * io.jenkins.plugins.dockerfilebuild.execution.StepRequest}), what it answers ({@link
 * io.jenkins.plugins.dockerfilebuild.execution.StepOutcome}), and the one port behind which an
 * agent stands ({@link io.jenkins.plugins.dockerfilebuild.execution.AgentServices}).
 */
package io.jenkins.plugins.dockerfilebuild.execution;
