/**
 * COPY and ADD: which files of a context or of an image are meant, and how they reach the container
 * that they are for.
 */
package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;
