/**
 * Where and when steps run: agents, placement, moving content between agents, and the run of a
 * whole plan ({@link io.jenkins.plugins.dockerfilebuild.scheduling.PlanRun}).
 */
package io.jenkins.plugins.dockerfilebuild.scheduling;
