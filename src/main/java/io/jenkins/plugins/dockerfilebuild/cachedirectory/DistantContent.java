package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;

/**
 * What users of a replica see and change, where that is not the replica's own directory: it can
 * only be read as a whole, such as a volume of an engine on another machine. The replica's
 * directory then is a copy of it, of which only names and bytes count; everything else stands in
 * the manifest.
 */
public interface DistantContent {

  /** Is told each file, directories before what is in them. */
  interface Listener {

    /**
     * A directory, a file, a link or another name of a file that was told before.
     *
     * @param header all of the entry but its chunks
     * @param size of a file's content; else 0
     * @param content of a file; to be read before the next entry
     */
    void entry(CacheEntry header, long size, InputStream content) throws IOException;

    /** A device or a pipe, which no manifest holds. */
    void leftOut();
  }

  /**
   * Tells all that it holds, unless it is known to hold still what it was brought to.
   *
   * @return whether it was told; else it holds what the replica's directory does
   */
  boolean tell(Listener listener) throws IOException;

  /** It was told, and the replica's directory holds the same now: this manifest. */
  void told(Digest manifest) throws IOException;
}
