package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Hosts of a test: network namespaces on a bridge of their own, whose cables can be pulled. Needs
 * root. Addresses are of 198.18.0.0/15, which RFC 2544 sets aside for tests.
 */
final class TestNetwork implements AutoCloseable {

  private final String prefix;
  private final String subnet;
  private final int hosts;

  private TestNetwork(String prefix, String subnet, int hosts) {
    this.prefix = prefix;
    this.subnet = subnet;
    this.hosts = hosts;
  }

  static TestNetwork of(int hosts) throws IOException, InterruptedException {
    Random random = new Random();
    String prefix = String.format("dft%05x", random.nextInt(1 << 20));
    String subnet = "198.18." + random.nextInt(256);
    TestNetwork network = new TestNetwork(prefix, subnet, hosts);
    network.ip("link add " + prefix + " type bridge");
    network.ip("address add " + subnet + ".254/24 dev " + prefix);
    network.ip("link set " + prefix + " up");
    for (int host = 1; host <= hosts; host++) {
      network.connect(host);
    }
    return network;
  }

  private void connect(int host) throws IOException, InterruptedException {
    String name = prefix + host;
    ip("netns add " + name);
    ip("link add " + name + " type veth peer name eth0 netns " + name);
    ip("link set " + name + " master " + prefix + " up");
    ip("-n " + name + " address add " + address(host) + "/24 dev eth0");
    ip("-n " + name + " link set eth0 up");
    ip("-n " + name + " link set lo up");
  }

  String address(int host) {
    return subnet + "." + host;
  }

  /** What a command is started with to run on a host. */
  List<String> on(int host) {
    return List.of("ip", "netns", "exec", prefix + host);
  }

  /** Pulls the cable: packets are lost, and nobody is told. */
  void cut(int host) throws IOException, InterruptedException {
    ip("link set " + prefix + host + " nomaster");
  }

  void mend(int host) throws IOException, InterruptedException {
    ip("link set " + prefix + host + " master " + prefix);
  }

  private void ip(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("ip " + arguments + ": " + told).isZero();
  }

  @Override
  public void close() throws IOException {
    try {
      for (int host = 1; host <= hosts; host++) {
        ip("link delete " + prefix + host);
        ip("netns delete " + prefix + host);
      }
      ip("link delete " + prefix);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
