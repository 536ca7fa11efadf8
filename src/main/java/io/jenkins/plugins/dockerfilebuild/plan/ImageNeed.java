package io.jenkins.plugins.dockerfilebuild.plan;

/**
 * An image that must be found before planning can go on.
 *
 * @param line of the Dockerfile that first names it, for the message if it cannot be had
 */
public record ImageNeed(ImageReference image, int line) {}
