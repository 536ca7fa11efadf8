/**
 * Dockerfile, arguments and build context to an immutable graph of steps, each with its {@link
 * io.jenkins.plugins.dockerfilebuild.plan.StepKey}. No clock, and no I/O but reading the context
 * through its interface. Start at {@link io.jenkins.plugins.dockerfilebuild.plan.Planner#plan}; its
 * order is: {@code GlobalScope} (ARGs before FROM), {@code StageSelection} (what the target needs),
 * then for each stage {@code StagePlanner} with one planner for each kind of instruction.
 */
package io.jenkins.plugins.dockerfilebuild.plan;
