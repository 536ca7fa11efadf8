package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.content.AtomicFiles;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where an agent and those that it has seen listened, in a file of its state directory: so the
 * agents of a pool find one another again in whatever order they are started. A file that is
 * missing or damaged is one that knows nobody.
 */
final class KnownMembers {

  /** A pool of agents is small; a file that says otherwise is not ours. */
  private static final int MOST = 256;

  private final Path file;

  KnownMembers(Path state, String agent) {
    this.file = state.resolve("pools").resolve(agent + ".txt");
  }

  /** The settings with what was known when the agent ended: others to look for, and its port. */
  AgentSettings complete(AgentSettings settings) {
    List<MemberAddress> known = read();
    Set<MemberAddress> others = new LinkedHashSet<>(settings.others());
    known.stream().skip(1).forEach(others::add);
    MemberAddress listen = settings.listen();
    if (listen.port() == 0 && !known.isEmpty()) {
      MemberAddress last = known.get(0);
      listen = last.host().equals(listen.host()) && isFree(last) ? last : listen;
    }
    return settings.at(listen, List.copyOf(others));
  }

  private static boolean isFree(MemberAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private List<MemberAddress> read() {
    List<MemberAddress> known = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        known.add(MemberAddress.parse(line));
      }
      return known.size() > MOST ? List.of() : known;
    } catch (IOException | IllegalArgumentException e) {
      return List.of();
    }
  }

  /** Notes who is there now; those that are gone are kept, for they may come back. */
  synchronized void note(MemberAddress own, Set<MemberAddress> seen) {
    Set<MemberAddress> all = new LinkedHashSet<>(Set.of(own));
    all.addAll(seen);
    read().stream().skip(1).forEach(all::add);
    StringBuilder text = new StringBuilder();
    all.stream().limit(MOST).forEach(address -> text.append(address).append('\n'));
    try {
      Files.createDirectories(file.getParent());
      AtomicFiles.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The agents then find one another by what they are told, which is slower.
    }
  }
}
