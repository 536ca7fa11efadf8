package io.jenkins.plugins.dockerfilebuild.execution;

/**
 * An image that an agent took from another.
 *
 * @param imageId its id there, which is another one where the two engines keep images in different
 *     ways
 * @param bytes that came
 */
public record ReceivedImage(String imageId, long bytes) {}
