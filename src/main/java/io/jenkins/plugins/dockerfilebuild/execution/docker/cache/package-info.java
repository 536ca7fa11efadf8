/**
 * Cache directories on one agent, in its own directories or in volumes of its engine: leases,
 * replicas, inventory.
 */
package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;
