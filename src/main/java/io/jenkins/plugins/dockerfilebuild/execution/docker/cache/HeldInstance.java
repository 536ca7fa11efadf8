package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.HostLock;

/**
 * A cache's directory that a RUN holds.
 *
 * @param waitMillis spent waiting for it
 */
record HeldInstance(CacheInstance instance, HostLock lock, long waitMillis) {}
