package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.spi.exception.TargetDisconnectedException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;

/**
 * Questions to one member of a cluster and its answers, both of bytes; by Hazelcast's executor
 * service, from clients and from members, straight to the member that is meant. Questions may
 * overtake one another. A member that leaves fails what it has not answered; one that is silent
 * does so when it is taken to have left. Where the cluster has a secret, both are sealed with it: a
 * member does nothing for a stranger, and a stranger's answer is none. Thread-safe.
 */
public final class MemberCalls {

  private final HazelcastInstance instance;
  private final IExecutorService executor;
  private final ClusterSeal seal;

  public MemberCalls(HazelcastCluster cluster) {
    this.instance = cluster.instance();
    this.seal = cluster.seal();
    this.executor = instance.getExecutorService(CallTask.EXECUTOR);
  }

  /**
   * Begins to answer questions that others ask this member. Those that come before are kept waiting
   * for some seconds.
   *
   * @param answers may block; its exceptions reach the caller as a failure without details
   */
  public void answer(UnaryOperator<byte[]> answers) {
    UUID self = self();
    CallTask.answers(instance)
        .complete(
            received -> {
              byte[] question =
                  seal.open(asked(self), received)
                      .orElseThrow(() -> new IllegalStateException("the pool has another secret"));
              return seal.seal(answered(self, received), answers.apply(question));
            });
  }

  /** What a question to a member is sealed for. */
  private static String asked(UUID member) {
    return "question to " + member;
  }

  /** What the answer to one question is sealed for; questions may have megabytes. */
  private String answered(UUID member, byte[] sealedQuestion) {
    return seal.hasSecret() ? "answer of " + member + " to " + Digest.of(sealedQuestion) : "";
  }

  /**
   * Asks a member; does not wait.
   *
   * @return fails with {@link ClusterException} if the member has left, cannot be reached, or does
   *     not answer questions
   */
  public CompletableFuture<byte[]> ask(UUID member, byte[] question) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    try {
      Member target = find(member);
      byte[] sealed = seal.seal(asked(member), question);
      Answer told = new Answer(answer, seal, answered(member, sealed));
      executor.submitToMember(new CallTask(sealed), target, told);
    } catch (ClusterException e) {
      answer.completeExceptionally(e);
    } catch (HazelcastInstanceNotActiveException | RejectedExecutionException e) {
      answer.completeExceptionally(new ClusterException("the cluster has been left", e));
    } catch (HazelcastSerializationException e) {
      answer.completeExceptionally(new ClusterException("it answers what is not allowed", e));
    }
    return answer;
  }

  private Member find(UUID id) {
    return instance.getCluster().getMembers().stream()
        .filter(member -> member.getUuid().equals(id))
        .findFirst()
        .orElseThrow(() -> new ClusterException("it has left the cluster", null));
  }

  private record Answer(CompletableFuture<byte[]> future, ClusterSeal seal, String place)
      implements ExecutionCallback<Object> {

    /** A stranger may answer what he likes. */
    @Override
    public void onResponse(Object told) {
      Optional.ofNullable(told)
          .filter(byte[].class::isInstance)
          .flatMap(bytes -> seal.open(place, (byte[]) bytes))
          .ifPresentOrElse(
              future::complete,
              () ->
                  future.completeExceptionally(
                      new ClusterException("it does not know the pool's secret", null)));
    }

    @Override
    public void onFailure(Throwable problem) {
      future.completeExceptionally(new ClusterException(reason(problem), problem));
    }

    /** In words for users: Hazelcast's own name its connections in all detail. */
    private static String reason(Throwable problem) {
      String message = String.valueOf(problem.getMessage());
      if (message.contains("Heartbeat")) {
        return "it has been silent for too long";
      }
      return problem instanceof TargetDisconnectedException
              || problem instanceof MemberLeftException
              || problem instanceof TargetNotMemberException
          ? "it has ended, or the connection to it broke off"
          : "it does not answer: " + message;
    }
  }

  /** The members that are seen now, and what they announce, in the order in which they joined. */
  public List<AnnouncedMember> members() {
    return instance.getCluster().getMembers().stream().map(MemberCalls::announced).toList();
  }

  private static AnnouncedMember announced(Member member) {
    MemberAddress address =
        new MemberAddress(member.getAddress().getHost(), member.getAddress().getPort());
    return new AnnouncedMember(member.getUuid(), address, member.getAttributes());
  }

  /** The id of this member, in the eyes of the others. */
  public UUID self() {
    return instance.getCluster().getLocalMember().getUuid();
  }

  /**
   * Calls somebody, who must not wait, whenever a member has come or gone.
   *
   * @return ends that
   */
  public Runnable listen(Runnable changed) {
    UUID listener =
        instance
            .getCluster()
            .addMembershipListener(
                new MembershipAdapter() {
                  @Override
                  public void memberAdded(MembershipEvent event) {
                    changed.run();
                  }

                  @Override
                  public void memberRemoved(MembershipEvent event) {
                    changed.run();
                  }
                });
    return () -> instance.getCluster().removeMembershipListener(listener);
  }
}
