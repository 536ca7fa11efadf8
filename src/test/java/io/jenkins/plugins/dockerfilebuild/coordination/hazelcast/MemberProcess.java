package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.partition.PartitionService;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A cluster member in a JVM of its own, which can be killed. It ends with the one who started it.
 */
final class MemberProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter questions;

  private MemberProcess(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts a member; it is there when {@link #isSafe} answers.
   *
   * @param members of the cluster, that one included
   */
  static MemberProcess start(MemberAddress address, List<MemberAddress> members)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(MemberProcess.class.getName(), address.toString()));
    members.forEach(member -> command.add(member.toString()));
    return new MemberProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Ports that are free now. */
  static List<MemberAddress> addresses(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<MemberAddress> addresses = new ArrayList<>();
    for (ServerSocket socket : sockets) {
      addresses.add(new MemberAddress("127.0.0.1", socket.getLocalPort()));
      socket.close();
    }
    return addresses;
  }

  /** Whether it sees so many members, and every record has its copy. */
  boolean isSafe(int members) {
    try {
      questions.write(members + "\n");
      questions.flush();
      return "true".equals(answers.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  public static void main(String[] arguments) throws IOException {
    List<MemberAddress> addresses = new ArrayList<>();
    for (String argument : arguments) {
      addresses.add(MemberAddress.parse(argument));
    }
    ClusterSettings settings =
        ClusterSettings.loopback()
            .listening(addresses.get(0))
            .joining(addresses.subList(1, addresses.size()));
    try (HazelcastCluster cluster = HazelcastCluster.member(settings);
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        PartitionService partitions = cluster.instance().getPartitionService();
        boolean safe =
            cluster.members().size() == Integer.parseInt(line) && partitions.isClusterSafe();
        System.out.println(safe);
        System.out.flush();
      }
    }
    Runtime.getRuntime().halt(0);
  }
}
