package io.jenkins.plugins.dockerfilebuild.execution;

/**
 * Somebody who has a place on an agent or waits for one.
 *
 * @param who as users know it: the build and its step
 * @param millis since when, back from now
 */
public record PlaceHolder(String who, boolean waiting, long millis) {}
