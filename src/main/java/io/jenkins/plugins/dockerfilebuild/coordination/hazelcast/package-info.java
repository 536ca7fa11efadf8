/**
 * The ports of {@code coordination} over a Hazelcast cluster: what several processes agree on. The
 * only importer of Hazelcast; never loaded on an agent of Jenkins.
 */
package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;
