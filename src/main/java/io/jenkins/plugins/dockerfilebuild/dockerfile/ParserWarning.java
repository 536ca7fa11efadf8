package io.jenkins.plugins.dockerfilebuild.dockerfile;

/** Something that is accepted but probably not meant. */
public record ParserWarning(int line, String message) {}
