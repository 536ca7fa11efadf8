/**
 * What is kept of builds and shown on the page of a run: a small summary in {@code build.xml}, the
 * report of each build as JSON in the run's folder, read when somebody looks at it.
 */
package io.jenkins.plugins.dockerfilebuild.jenkins.results;
