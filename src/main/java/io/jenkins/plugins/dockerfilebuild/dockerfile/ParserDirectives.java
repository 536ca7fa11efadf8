package io.jenkins.plugins.dockerfilebuild.dockerfile;

import java.util.Optional;

/**
 * The directives in the first lines of a Dockerfile ({@code # syntax=}, {@code # escape=}, {@code #
 * check=}).
 *
 * @param escape the escape character that the parser really uses, a backslash or a backtick
 * @param syntax the frontend image asked for; noted, never fetched
 * @param check the configuration of build checks, as written
 */
public record ParserDirectives(char escape, Optional<String> syntax, Optional<String> check) {}
