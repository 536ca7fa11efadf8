package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentPlaces;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents of one pool: what they give one another, and to several callers. */
@Timeout(60)
class AgentPeersTest {

  private static final String IMAGE = "sha256:" + "1".repeat(64);
  private static final long BYTES = 30L << 20;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  private RemoteAgentServices member(Object script, AgentPeers peers, int capacity) {
    AgentEndpoint endpoint = AgentEndpoint.ofMember(ScriptedAgent.of(script), peers, capacity);
    RemoteAgentServices remote = new RemoteAgentServices(new InProcessLink(endpoint::handle));
    opened.add(remote);
    opened.add(endpoint);
    return remote;
  }

  /** Has an image of one layer. */
  static final class Source {
    private final long breaksAt;

    Source(long breaksAt) {
      this.breaksAt = breaksAt;
    }

    public ImageDescription describe(String imageId) {
      return new ImageDescription(
          imageId, Optional.empty(), "linux/amd64", List.of(Digest.of("layer")), CONFIG, 0);
    }

    public void exportImage(String imageId, Set<Digest> has, OutputStream out) throws IOException {
      byte[] part = new byte[1 << 20];
      for (long sent = 0; sent < BYTES; sent += part.length) {
        if (sent >= breaksAt) {
          throw new AgentLostException("the engine is gone", null);
        }
        out.write(part);
      }
    }
  }

  /** Takes an image. */
  static final class Sink {
    final AtomicLong taken = new AtomicLong();
    private final boolean full;

    Sink(boolean full) {
      this.full = full;
    }

    public Set<Digest> heldLayers(List<Digest> layers) {
      return Set.of();
    }

    public String importImage(InputStream archive) throws IOException {
      if (full) {
        throw new IOException("no space left on device");
      }
      taken.set(archive.transferTo(OutputStream.nullOutputStream()));
      if (taken.get() < BYTES) {
        throw new IOException("unexpected end");
      }
      return IMAGE;
    }
  }

  private AgentServices receiver(Source source, Sink sink) {
    AgentServices peer = member(source, AgentPeers.NONE, 1);
    return member(sink, name -> Optional.of(peer).filter(p -> name.equals("source")), 1);
  }

  @Test
  void anAgentFetchesAnImageFromItsPeer() throws Exception {
    Sink sink = new Sink(false);
    AgentServices receiver = receiver(new Source(Long.MAX_VALUE), sink);

    assertThat(receiver.fetchImage(IMAGE, "source")).contains(new ReceivedImage(IMAGE, BYTES));
    assertThat(sink.taken).hasValue(BYTES);
    assertThat(receiver.fetchImage(IMAGE, "stranger")).isEmpty();
  }

  @Test
  void whatTheSourceDoesWrongIsNotBlamedOnTheReceiver() throws Exception {
    assertThat(receiver(new Source(5 << 20), new Sink(false)).fetchImage(IMAGE, "source"))
        .isEmpty();
  }

  /** Replicas that answer one question. */
  record Replicas(String question, Callable<Object> answer) {

    public CacheReplicas cacheReplicas() {
      return (CacheReplicas)
          Proxy.newProxyInstance(
              AgentPeersTest.class.getClassLoader(),
              new Class<?>[] {CacheReplicas.class},
              (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo(question);
                return answer.call();
              });
    }
  }

  @Test
  void aSourceOfChunksThatFailsInWhateverWayGivesNone() throws Exception {
    AgentServices source =
        member(
            new Replicas(
                "readChunks",
                () -> {
                  throw new IllegalStateException("the agent has too much to do");
                }),
            AgentPeers.NONE,
            1);
    Digest digest = Digest.of("any");
    AgentServices receiver =
        member(
            new Replicas("lacking", () -> List.of(new CacheReplicas.Chunk(digest, 1))),
            name -> Optional.of(source),
            1);
    CacheKey key = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

    assertThat(
            receiver
                .cacheReplicas()
                .fetchChunks(
                    "use",
                    new CacheReplicas.Elsewhere("source", key, digest),
                    new CacheReplicas.Range(0, 1)))
        .contains(new CacheReplicas.Fetched(0, 0));
  }

  @Test
  void whatTheReceiverCannotTakeIsItsOwnFailure() {
    AgentServices receiver = receiver(new Source(Long.MAX_VALUE), new Sink(true));

    assertThatThrownBy(() -> receiver.fetchImage(IMAGE, "source"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no space left");
  }

  @Test
  void placesAreGivenInTheOrderOfAskingAndWhoIsAheadIsTold() throws Exception {
    AgentPlaces places = member(Map.of(), AgentPeers.NONE, 1).places();
    Semaphore news = new Semaphore(0);
    AgentPlaces.Request first = places.request("one", news::release);
    await(news, first::isGranted);
    AgentPlaces.Request second = places.request("two", news::release);
    await(news, () -> !second.ahead().isEmpty());
    AgentPlaces.Request third = places.request("three", news::release);
    await(news, () -> third.ahead().size() == 2);

    assertThat(second.isGranted()).isFalse();
    assertThat(third.ahead()).extracting(PlaceHolder::who).containsExactly("one", "two");
    assertThat(third.ahead()).extracting(PlaceHolder::waiting).containsExactly(false, true);

    first.close();
    await(news, second::isGranted);
    assertThat(third.isGranted()).isFalse();
    second.close();
    await(news, third::isGranted);
    third.close();
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Semaphore news, Condition condition) throws InterruptedException {
    while (!condition.holds()) {
      assertThat(news.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static final ImageConfig CONFIG =
      new ImageConfig(
          "linux/amd64",
          List.of(),
          Optional.empty(),
          Optional.empty(),
          "",
          "",
          Map.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          "");
}
