package io.jenkins.plugins.dockerfilebuild.plan;

import java.util.Optional;

/**
 * An image that must be found before planning can go on.
 *
 * @param line of the Dockerfile that first names it, for the message if it cannot be had
 * @param nearestStage a stage that may have been meant instead, if no such image exists
 */
public record ImageNeed(ImageReference image, int line, Optional<String> nearestStage) {}
