package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.BaseVersion;
import io.jenkins.plugins.dockerfilebuild.content.Digest;

/**
 * One version of a cache directory.
 *
 * @param number counted from 1
 * @param manifest digest of the {@link
 *     io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheManifest} that says what it holds
 * @param bytes of all its files
 * @param publishedMillis since the epoch
 */
public record CacheVersion(
    long number, Digest manifest, long files, long bytes, long publishedMillis) {

  /** As the version that another is made from. */
  public BaseVersion asBase() {
    return new BaseVersion(number, manifest);
  }

  /** Whether this one supersedes the other: a higher number, or made later where equal. */
  public boolean isNewerThan(CacheVersion other) {
    return number != other.number ? number > other.number : publishedMillis > other.publishedMillis;
  }
}
