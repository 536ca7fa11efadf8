/**
 * The straight line through all phases of a build: {@link
 * io.jenkins.plugins.dockerfilebuild.build.DockerfileBuild}.
 */
package io.jenkins.plugins.dockerfilebuild.build;
