package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;

/**
 * The version that a directory came from. Its number alone does not tell which that is: two parts
 * of a cluster that do not see one another both have a next one.
 *
 * @param number 0 for none
 * @param manifest the empty one for none
 */
public record BaseVersion(long number, Digest manifest) {

  /** A directory that came from no version. */
  public static final BaseVersion NONE = new BaseVersion(0, CacheManifest.EMPTY.digest());
}
