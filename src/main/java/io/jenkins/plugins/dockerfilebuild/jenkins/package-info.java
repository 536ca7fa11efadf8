/**
 * Everything that knows Jenkins: the Pipeline step {@code dockerfileBuild}, the freestyle builder
 * with the same options, and {@link io.jenkins.plugins.dockerfilebuild.jenkins.BuildRun}, where a
 * build of a job meets the engine.
 */
package io.jenkins.plugins.dockerfilebuild.jenkins;
