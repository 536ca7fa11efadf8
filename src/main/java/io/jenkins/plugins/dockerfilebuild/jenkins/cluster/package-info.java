/**
 * What a controller shares with others that use the same agents: nothing, unless an administrator
 * says with whom. {@link io.jenkins.plugins.dockerfilebuild.jenkins.cluster.PoolCoordination} is
 * the door.
 */
package io.jenkins.plugins.dockerfilebuild.jenkins.cluster;
