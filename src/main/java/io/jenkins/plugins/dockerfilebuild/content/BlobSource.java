package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;

/** Where blobs are read from. Thread-safe. */
@FunctionalInterface
public interface BlobSource {

  /**
   * The bytes of a blob; the caller closes them.
   *
   * @throws IOException it is not there, or it cannot be read
   */
  InputStream open(Digest digest) throws IOException;
}
