package io.jenkins.plugins.dockerfilebuild.http;

import java.time.Duration;

/**
 * How long a server may take.
 *
 * @param head until the head of its answer is there, connecting included
 * @param body from then until the end
 */
public record CallLimits(Duration head, Duration body) {}
