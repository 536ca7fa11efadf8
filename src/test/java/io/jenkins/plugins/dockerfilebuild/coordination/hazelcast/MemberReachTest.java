package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions from clients and members to one member that is meant. */
@Timeout(120)
class MemberReachTest {

  private static HazelcastCluster first;
  private static HazelcastCluster second;
  private static HazelcastCluster client;

  @BeforeAll
  static void start() {
    first = member("one", List.of());
    second = member("two", List.of(first.address()));
    client = HazelcastCluster.client(ClusterSettings.loopback().joining(List.of(first.address())));
    for (HazelcastCluster member : List.of(first, second)) {
      MemberCalls calls = new MemberCalls(member);
      calls.answer(question -> bytes(text(question) + " to " + name(calls, calls.self())));
    }
  }

  private static HazelcastCluster member(String name, List<MemberAddress> others) {
    return HazelcastCluster.member(
        ClusterSettings.loopback().joining(others).announcing(Map.of("name", name)));
  }

  @AfterAll
  static void stop() {
    client.close();
    second.close();
    first.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String name(MemberCalls calls, UUID id) {
    return calls.members().stream()
        .filter(member -> member.id().equals(id))
        .map(member -> member.attributes().get("name"))
        .findFirst()
        .orElseThrow();
  }

  private static UUID id(String name) {
    return new MemberCalls(client)
        .members().stream()
            .filter(member -> name.equals(member.attributes().get("name")))
            .map(AnnouncedMember::id)
            .findFirst()
            .orElseThrow();
  }

  private static String ask(HazelcastCluster from, String member, String question)
      throws Exception {
    byte[] answer =
        new MemberCalls(from).ask(id(member), bytes(question)).get(30, TimeUnit.SECONDS);
    return text(answer);
  }

  @Test
  void clientsAndMembersReachTheMemberThatIsMeant() throws Exception {
    assertThat(ask(client, "one", "a")).isEqualTo("a to one");
    assertThat(ask(client, "two", "b")).isEqualTo("b to two");
    assertThat(ask(first, "two", "c")).isEqualTo("c to two");
    assertThat(ask(second, "two", "d")).isEqualTo("d to two");
  }

  @Test
  void manyQuestionsThatAreKeptWaitingHoldUpNoOther() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    try (HazelcastCluster patient = member("patient", List.of(first.address()))) {
      new MemberCalls(patient)
          .answer(
              question -> {
                if (text(question).equals("wait")) {
                  await(free);
                }
                return question;
              });
      MemberCalls calls = new MemberCalls(client);
      UUID target = awaitMember("patient");
      List<CompletableFuture<byte[]>> waiting = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        waiting.add(calls.ask(target, bytes("wait")));
      }

      assertThat(calls.ask(target, bytes("quick")).get(30, TimeUnit.SECONDS))
          .isEqualTo(bytes("quick"));

      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      free.countDown();
      for (CompletableFuture<byte[]> answer : waiting) {
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(bytes("wait"));
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static UUID awaitMember(String name) {
    while (new MemberCalls(client)
        .members().stream().noneMatch(m -> name.equals(m.attributes().get("name")))) {
      Thread.onSpinWait();
    }
    return id(name);
  }

  @Test
  void aMemberThatEndsFailsWhatItHasNotAnswered() throws Exception {
    HazelcastCluster leaving = member("leaving", List.of(first.address()));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    new MemberCalls(leaving)
        .answer(
            question -> {
              asked.countDown();
              await(never);
              return question;
            });
    UUID target = awaitMember("leaving");
    CompletableFuture<byte[]> answer = new MemberCalls(client).ask(target, bytes("a"));
    asked.await();

    leaving.instance().getLifecycleService().terminate();

    assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ClusterException.class);
    // The client knows it from its own connection, the others a moment later.
    while (new MemberCalls(first).members().stream().anyMatch(m -> m.id().equals(target))) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> new MemberCalls(first).ask(target, bytes("b")).get())
        .hasMessageContaining("left the cluster");
  }
}
