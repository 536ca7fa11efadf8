package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps Hazelcast's log to what is severe, unless somebody has set its level. It is verbose about
 * what is ordinary here: members that come and go.
 */
final class QuietLog {

  /** Held, for a logger that nobody holds forgets its level. */
  private static final Logger HAZELCAST = Logger.getLogger("com.hazelcast");

  /** An address that cannot be had is told by an exception as well. */
  private static final Logger ADDRESSES = Logger.getLogger("com.hazelcast.instance.AddressPicker");

  private QuietLog() {}

  static void keep() {
    quiet(HAZELCAST, Level.SEVERE);
    quiet(ADDRESSES, Level.OFF);
  }

  private static void quiet(Logger logger, Level level) {
    if (logger.getLevel() == null) {
      logger.setLevel(level);
    }
  }
}
