package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Where the agent's blobs are read from. Thread-safe. */
@FunctionalInterface
interface BlobSource {

  /**
   * The bytes of a blob; the caller closes them.
   *
   * @throws IOException the agent does not have it, or it cannot be read
   */
  InputStream open(Digest digest) throws IOException;
}
