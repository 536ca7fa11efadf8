/**
 * Which ready step begins where: a function of what the pool does now and of what the steps need.
 * No I/O, no clock, no randomness, so a simulation of a thousand agents uses the code that builds
 * use. {@link io.jenkins.plugins.dockerfilebuild.scheduling.placement.Placement} is the door.
 */
package io.jenkins.plugins.dockerfilebuild.scheduling.placement;
