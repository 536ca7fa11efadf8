package io.jenkins.plugins.dockerfilebuild.plan;

/**
 * An image as a Dockerfile names it.
 *
 * @param name with tag or digest, as written after expansion
 * @param platform {@code os/architecture[/variant]} that it must be for
 */
public record ImageReference(String name, String platform) {}
