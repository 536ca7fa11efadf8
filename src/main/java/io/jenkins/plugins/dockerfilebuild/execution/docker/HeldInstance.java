package io.jenkins.plugins.dockerfilebuild.execution.docker;

/**
 * A cache's directory that a RUN holds.
 *
 * @param waitMillis spent waiting for it
 */
record HeldInstance(CacheInstance instance, HostLock lock, long waitMillis) {}
