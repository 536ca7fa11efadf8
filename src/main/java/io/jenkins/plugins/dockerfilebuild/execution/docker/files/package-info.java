/**
 * Files of containers and images as a tar stream tells them: paths, attributes, users, and what
 * reads and writes them.
 */
package io.jenkins.plugins.dockerfilebuild.execution.docker.files;
