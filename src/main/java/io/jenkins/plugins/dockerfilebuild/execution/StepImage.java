package io.jenkins.plugins.dockerfilebuild.execution;

import java.util.Map;

/**
 * The result of a step that an agent holds.
 *
 * @param labels those of ours that the image carries
 * @param createdMillis since the epoch, by the engine's clock
 */
public record StepImage(String imageId, Map<String, String> labels, long createdMillis) {}
