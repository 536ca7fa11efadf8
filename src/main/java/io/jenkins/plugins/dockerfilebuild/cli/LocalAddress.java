package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberAddress;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** Which of this machine's addresses others can reach. */
final class LocalAddress {

  private LocalAddress() {}

  /**
   * That from which packets to another would go, at any port: loopback where the other is on
   * loopback. Nothing is sent.
   */
  static MemberAddress towards(MemberAddress other) {
    InetSocketAddress target = new InetSocketAddress(other.host(), other.port());
    if (target.isUnresolved()) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "--join " + other + ": there is no host of that name",
          java.util.List.of(),
          null);
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(target);
      return new MemberAddress(socket.getLocalAddress().getHostAddress(), 0);
    } catch (SocketException | java.io.UncheckedIOException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          "--join " + other + ": there is no way there: " + e.getMessage(),
          java.util.List.of(
              "--listen HOST:PORT names the address on which others reach this agent"),
          e);
    }
  }
}
