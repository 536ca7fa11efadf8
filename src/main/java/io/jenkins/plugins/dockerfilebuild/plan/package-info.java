/**
 * Dockerfile, arguments and build context to an immutable graph of steps, each with its {@link
 * io.jenkins.plugins.dockerfilebuild.plan.StepKey}. No I/O and no clock.
 */
package io.jenkins.plugins.dockerfilebuild.plan;
