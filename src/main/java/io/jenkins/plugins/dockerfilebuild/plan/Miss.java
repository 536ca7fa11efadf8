package io.jenkins.plugins.dockerfilebuild.plan;

/**
 * Why a step was not found in the cache.
 *
 * @param detail one line for the user, such as {@code src/App.java changed (and 2 more)}
 */
public record Miss(Cause cause, String detail) {

  /** The first input, in the order of the key, that differs from the last time. */
  public enum Cause {
    /** No build of this Dockerfile is remembered here. */
    FIRST_BUILD,
    /** The step did not exist before. */
    NEW_STEP,
    /** A step before it, or the base image, has another result. */
    PARENT,
    /** The instruction's text after expansion is another. */
    INSTRUCTION,
    /** A variable that the command sees has another value. */
    ENVIRONMENT,
    /** User, working directory, shell, platform, network or security mode differ. */
    SETTINGS,
    /** Options of a mount differ. */
    MOUNT_OPTIONS,
    /** What a bind mount shows has changed. */
    MOUNT_CONTENT,
    /** What COPY or ADD copies has changed. */
    COPIED_CONTENT,
    /** The result was known, but its image is gone from every agent. */
    RESULT_GONE,
    /** The user asked for it with --no-cache. */
    NO_CACHE
  }
}
