package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberCalls;
import java.util.Set;
import java.util.TreeSet;

/** Tells whoever runs an agent where it listens, and which agents come and go. Thread-safe. */
final class PoolLog {

  private final PoolMembers members;
  private final MemberCalls calls;
  private final Announcement own;
  private final CommandIo io;

  /** Agents that were told last; guarded by this. */
  private Set<String> known = Set.of();

  PoolLog(MemberCalls calls, Announcement own, CommandIo io) {
    this.calls = calls;
    this.members = new PoolMembers(calls);
    this.own = own;
    this.io = io;
  }

  void begin(MemberAddress listening) {
    say(
        "agent %s: Docker %s, %s, %d at once, listening on %s"
            .formatted(
                own.name(),
                own.info().engineVersion(),
                own.info().platform(),
                own.capacity(),
                listening));
    calls.listen(this::changed);
    changed();
  }

  private synchronized void changed() {
    Set<String> now = new TreeSet<>(members.byName().keySet());
    if (!now.equals(known)) {
      known = now;
      say("pool: " + String.join(", ", now));
    }
  }

  private void say(String line) {
    io.err().println(line);
    io.err().flush();
  }
}
