package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/** The files of trees that a build context has answered. Thread-safe. */
public interface TreeFiles extends BlobSource {

  /**
   * The bytes of a file of any tree that was answered.
   *
   * @throws ContextException the file has changed since its digest was taken
   */
  @Override
  InputStream open(Digest content) throws IOException;

  /**
   * Has files stored on an agent that lies beside them, so that nobody has to carry them there.
   *
   * @param agent its name in the pool
   * @param files of trees that were answered
   * @return those that are stored now; none where the agent lies elsewhere
   */
  default Set<Digest> storeBeside(String agent, Set<Digest> files) {
    return Set.of();
  }
}
