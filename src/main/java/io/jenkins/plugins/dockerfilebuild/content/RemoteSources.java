package io.jenkins.plugins.dockerfilebuild.content;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Fetches what ADD takes from a network, once per build, on whichever machine may reach it
 * (decision 18). Thread-safe.
 */
public interface RemoteSources {

  /** Refuses all. */
  RemoteSources NONE =
      new RemoteSources() {
        @Override
        public RemoteContent fetch(RemoteSource source) {
          throw new ContextException(
              "ADD of " + source.text() + ": nothing is fetched from networks here");
        }

        @Override
        public Optional<InputStream> open(Digest content) {
          return Optional.empty();
        }
      };

  /**
   * Fetches a source, or finds that what was fetched earlier still holds.
   *
   * @throws ContextException it cannot be had, is too large, or is not what its checksum says
   * @throws InterruptedException the build was canceled
   */
  RemoteContent fetch(RemoteSource source) throws InterruptedException;

  /** A file of what was fetched; empty if none holds this. */
  Optional<InputStream> open(Digest content) throws IOException;
}
