/**
 * What an agent asks of a Docker engine (or of Podman's compatible socket): images, containers,
 * volumes, networks and registries; this and the package above are the only importers of docker-
 * java.
 */
package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;
