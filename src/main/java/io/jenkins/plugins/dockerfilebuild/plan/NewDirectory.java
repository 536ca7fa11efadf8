package io.jenkins.plugins.dockerfilebuild.plan;

/**
 * A directory that WORKDIR asks for, to be made with its parents if it is missing.
 *
 * @param path absolute
 * @param user who owns what is made, as USER had it; {@code ""} for root
 */
public record NewDirectory(String path, String user) {}
