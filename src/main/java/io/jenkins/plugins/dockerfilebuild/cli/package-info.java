/**
 * The command line: options and exit statuses, and the wiring of the engine to a terminal, to files
 * and to the Docker engines that the user names. One class for each command; a command that is not
 * asked for is not loaded.
 */
package io.jenkins.plugins.dockerfilebuild.cli;
