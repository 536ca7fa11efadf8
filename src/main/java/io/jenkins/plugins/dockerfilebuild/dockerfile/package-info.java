/**
 * Text to {@link io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile}: lexer, parser, typed
 * instructions, mounts, here-documents, word expansion and {@code .dockerignore} patterns. Pure: no
 * files, no clock, none of our other packages. Start at {@code Dockerfile.parse}.
 */
package io.jenkins.plugins.dockerfilebuild.dockerfile;
