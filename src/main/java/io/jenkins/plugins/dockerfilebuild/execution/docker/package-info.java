/**
 * An agent on a Docker engine (or Podman's compatible socket): the only importer of docker-java.
 */
package io.jenkins.plugins.dockerfilebuild.execution.docker;
