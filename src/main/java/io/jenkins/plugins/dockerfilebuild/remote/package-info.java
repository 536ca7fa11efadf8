/**
 * Fetches what ADD takes from networks: files by HTTP, commits by the {@code git} program. What
 * servers answer is not trusted: sizes and times are bounded, and what was fetched is read as a
 * build context is, from a directory of its own.
 */
package io.jenkins.plugins.dockerfilebuild.remote;
