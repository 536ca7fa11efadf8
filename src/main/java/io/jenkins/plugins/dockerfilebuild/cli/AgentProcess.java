package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.AnnouncedMember;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterException;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterSettings;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.HazelcastCluster;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.MemberCalls;
import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.link.AgentEndpoint;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A stand-alone agent: an engine's services, offered to all builds that join the cluster of which
 * this process is a member. Runs until the process is told to end.
 */
final class AgentProcess implements AutoCloseable {

  private final HazelcastCluster cluster;
  private final AgentEndpoint endpoint;
  private final LeaseWatch leases;
  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private AgentProcess(HazelcastCluster cluster, MemberCalls calls, AgentEndpoint endpoint) {
    this.cluster = cluster;
    this.endpoint = endpoint;
    this.leases = LeaseWatch.begin(cluster.coordination().leases(), () -> isOldest(calls));
  }

  private static boolean isOldest(MemberCalls calls) {
    return calls.members().stream()
        .findFirst()
        .map(AnnouncedMember::id)
        .equals(Optional.of(calls.self()));
  }

  /**
   * Connects the engine, joins the pool and begins to answer.
   *
   * @throws io.jenkins.plugins.dockerfilebuild.execution.AgentLostException the engine does not
   *     answer
   * @throws CommandFailure the pool cannot be joined
   */
  static AgentProcess start(AgentSettings settings, CommandIo io) {
    AgentServices services = Wiring.connect(settings.engine(), settings.state());
    boolean started = false;
    try {
      Announcement announcement = announcement(settings, services.info());
      String secret = io.variable(PoolChoice.SECRET_VARIABLE).orElse("");
      KnownMembers known = new KnownMembers(settings.state(), announcement.name());
      HazelcastCluster cluster = join(known.complete(settings), announcement, secret);
      MemberCalls calls = new MemberCalls(cluster);
      AgentEndpoint endpoint =
          AgentEndpoint.ofMember(services, new PoolMembers(calls), announcement.capacity());
      AgentProcess agent = new AgentProcess(cluster, calls, endpoint);
      started = true;
      agent.guard();
      agent.refuseTwins(calls, announcement.name());
      calls.answer(endpoint::handle);
      calls.listen(() -> known.note(cluster.address(), cluster.members()));
      known.note(cluster.address(), cluster.members());
      new PoolLog(calls, announcement, io).begin(cluster.address());
      return agent;
    } finally {
      if (!started) {
        services.close();
      }
    }
  }

  private static Announcement announcement(AgentSettings settings, AgentInfo info) {
    String platform = settings.platform().map(Object::toString).orElse(info.platform());
    return new Announcement(
        settings.engine().name(),
        new AgentInfo(info.id(), info.engineVersion(), platform, info.processors(), info.storage()),
        settings.capacity().orElse(Math.min(info.processors(), Announcement.MOST_PLACES)),
        settings.labels());
  }

  private static HazelcastCluster join(
      AgentSettings settings, Announcement announcement, String secret) {
    ClusterSettings cluster =
        ClusterSettings.loopback()
            .listening(settings.listen())
            .joining(settings.others())
            .announcing(announcement.attributes())
            .withSecret(secret);
    try {
      return HazelcastCluster.member(cluster);
    } catch (ClusterException e) {
      throw new CommandFailure(
          ExitStatus.INFRASTRUCTURE,
          e.getMessage(),
          List.of("--listen HOST:PORT names the address on which others reach this agent"),
          e);
    }
  }

  /** Two agents of one name could not be told apart; the one that came first stays. */
  private void refuseTwins(MemberCalls calls, String name) {
    Optional<AnnouncedMember> twin =
        calls.members().stream()
            .filter(member -> !member.id().equals(calls.self()))
            .filter(member -> name.equals(member.attributes().get("name")))
            .findFirst();
    if (twin.isPresent()) {
      close();
      throw new CommandFailure(
          ExitStatus.INVALID,
          "--name " + name + ": there is already an agent of that name, at " + twin.get().address(),
          List.of("each agent of a pool needs a name of its own"),
          null);
    }
  }

  /** When the process is told to end, what runs is stopped and cleaned up first. */
  private void guard() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  told.countDown();
                  try {
                    ended.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "end"));
  }

  /** Waits until the process is told to end, by a signal. */
  void awaitEnd() throws InterruptedException {
    told.await();
  }

  @Override
  public void close() {
    leases.close();
    try {
      endpoint.close();
    } finally {
      cluster.close();
      ended.countDown();
    }
  }
}
