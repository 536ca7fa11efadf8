package io.jenkins.plugins.dockerfilebuild.coordination;

/**
 * How fast content moved to agents, so that a build can guess what moving more would take. Soft:
 * without measurements a guess is worse, and that is all. Thread-safe.
 */
public interface TransferRates {

  /** What is expected of a route: by its own transfers, else by others to the same receiver. */
  Rate rate(Route route);

  /** Content moved. */
  void measured(Route route, long bytes, double seconds);

  /** Keeps what was measured for later builds; a failure to do so is no error of the build. */
  void keep();

  /** What moves; each is packed, sent and stored in another way. */
  enum Kind {
    IMAGE,
    CACHE,
    CONTEXT
  }

  /**
   * A way that content takes.
   *
   * @param from an agent's name; {@code ""} where the sender does not matter
   * @param to an agent's name
   */
  record Route(Kind kind, String from, String to) {}

  /**
   * What a transfer takes.
   *
   * @param overheadSeconds whatever the size
   */
  record Rate(double overheadSeconds, double bytesPerSecond) {

    /** Expected seconds for so many bytes. */
    public double seconds(long bytes) {
      return overheadSeconds + bytes / bytesPerSecond;
    }
  }
}
