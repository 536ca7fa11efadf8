package io.jenkins.plugins.dockerfilebuild.cachedirectory;

/**
 * What an archive may hold that becomes a cache directory.
 *
 * @param maxBytes of all its files, unpacked
 * @param outsideLinks whether symbolic links may be absolute or climb out of the directory
 */
public record ArchiveBounds(long maxBytes, boolean outsideLinks) {

  /** 64 GiB, and no links that lead outside. */
  public static final ArchiveBounds USUAL = new ArchiveBounds(64L << 30, false);
}
