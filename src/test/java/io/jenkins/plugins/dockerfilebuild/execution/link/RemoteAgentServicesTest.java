package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.content.BlobSource;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.execution.StepImage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller sees of an agent behind a link, good and bad. */
@Timeout(120)
class RemoteAgentServicesTest {

  private static final String IMAGE = "sha256:" + "0".repeat(64);
  private static final StepRequest STEP =
      new StepRequest(
          Optional.empty(),
          "linux/amd64",
          Map.of(),
          List.of(),
          "",
          "/",
          List.of(),
          new StepRequest.MakeDirectories());

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  private AgentServices remote(Object script) {
    return remote(script, LinkLimits.LEASE);
  }

  private AgentServices remote(Object script, Duration lease) {
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(script), lease);
    AgentServices remote = new RemoteAgentServices(new InProcessLink(endpoint::handle));
    opened.add(remote);
    opened.add(endpoint);
    return remote;
  }

  /** A link on which requests and answers overtake one another, by a seed. */
  private AgentServices jumbled(Object script, long seed) {
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(script));
    Random random = new Random(seed);
    AgentLink link =
        new ForwardingLink(new InProcessLink(endpoint::handle)) {
          @Override
          public CompletableFuture<byte[]> call(byte[] request) {
            return later()
                .thenCompose(now -> super.call(request))
                .thenCompose(answer -> later().thenApply(now -> answer));
          }

          private CompletableFuture<Object> later() {
            int millis;
            synchronized (random) {
              millis = random.nextInt(10);
            }
            return new CompletableFuture<>().completeOnTimeout(this, millis, TimeUnit.MILLISECONDS);
          }
        };
    AgentServices remote = new RemoteAgentServices(link);
    opened.add(remote);
    opened.add(endpoint);
    return remote;
  }

  /** Runs steps as the test says. */
  record Stepping(Script script) {

    interface Script {
      StepOutcome run(StepOutput output) throws Exception;
    }

    public StepOutcome run(StepRequest request, StepOutput output) throws Exception {
      return script.run(output);
    }
  }

  /** Tells how reading an archive ended. */
  record Importing(CompletableFuture<Throwable> end) {

    public String importImage(InputStream archive) {
      try {
        archive.transferTo(OutputStream.nullOutputStream());
        end.complete(new AssertionError("it looked whole"));
      } catch (IOException e) {
        end.complete(e);
      }
      return IMAGE;
    }
  }

  /** Answers what is no image id. */
  record Lying() {

    public Map<String, StepImage> inventory() {
      return Map.of("key", new StepImage("--privileged", Map.of(), 0));
    }

    public StepOutcome run(StepRequest request, StepOutput output) {
      return new StepOutcome.Succeeded("latest", List.of());
    }
  }

  /** Prints numbers. */
  static final class Printing {
    public StepOutcome run(StepRequest request, StepOutput output) {
      for (int i = 0; i < 20_000; i++) {
        output.line(String.valueOf(i), i % 2 == 1);
      }
      return new StepOutcome.Failed(3, "ended");
    }
  }

  @Test
  void linesArriveInOrderAndBeforeTheEnd() {
    List<String> lines = new ArrayList<>();

    StepOutcome outcome =
        jumbled(new Printing(), 1).run(STEP, (line, error) -> lines.add(error ? "!" + line : line));

    assertThat(outcome).isEqualTo(new StepOutcome.Failed(3, "ended"));
    assertThat(lines)
        .isEqualTo(
            IntStream.range(0, 20_000).mapToObj(i -> i % 2 == 1 ? "!" + i : "" + i).toList());
  }

  @Test
  void aLineDoesNotWaitForTheNext() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    Object script =
        new Stepping(
            output -> {
              output.line("first", false);
              // Goes on only when the caller has the line.
              return seen.await(60, TimeUnit.SECONDS)
                  ? new StepOutcome.Failed(0, "seen")
                  : new StepOutcome.Lost("not seen");
            });

    assertThat(remote(script).run(STEP, (line, error) -> seen.countDown()))
        .isEqualTo(new StepOutcome.Failed(0, "seen"));
  }

  @Test
  void anSshAgentOfTheCallersAnswers() {
    Object script =
        new Stepping(
            output -> {
              byte[] answer = output.sshAgent("default", new byte[] {11});
              return new StepOutcome.Failed(answer[0], "answered");
            });
    StepOutput output =
        new StepOutput() {
          @Override
          public void line(String line, boolean error) {}

          @Override
          public byte[] sshAgent(String id, byte[] request) {
            return new byte[] {(byte) (id.equals("default") ? request[0] + 1 : 0)};
          }
        };

    assertThat(remote(script).run(STEP, output)).isEqualTo(new StepOutcome.Failed(12, "answered"));
  }

  /** Takes and gives bytes. */
  static final class Carrying {

    final AtomicLong taken = new AtomicLong();
    final AtomicLong given = new AtomicLong();
    final Set<Digest> known = ConcurrentHashMap.newKeySet();

    public void storeBlobs(Collection<Digest> blobs, BlobSource source) throws IOException {
      for (Digest digest : blobs) {
        if (known.contains(digest)) {
          continue;
        }
        try (InputStream bytes = source.open(digest)) {
          var counted = new DigestInputStream(bytes, Digest.sha256());
          taken.addAndGet(counted.transferTo(OutputStream.nullOutputStream()));
          if (!Digest.from(counted.getMessageDigest()).equals(digest)) {
            throw new IOException("other bytes");
          }
        }
      }
    }

    public String importImage(InputStream archive) throws IOException {
      archive.skipNBytes(10_000_000);
      throw new IOException("no room for the image");
    }

    public void exportImage(String image, Set<Digest> known, OutputStream out) throws IOException {
      byte[] part = new byte[1 << 20];
      for (int i = 0; i < 400; i++) {
        new Random(i).nextBytes(part);
        out.write(part);
        given.addAndGet(part.length);
      }
    }
  }

  @Test
  void blobsOfAnySizeArriveWhole() throws Exception {
    Carrying agent = new Carrying();
    AgentServices remote = jumbled(agent, 2);
    int full = BlobChunks.FULL;
    Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    long sum = 0;
    for (int size : new int[] {0, 1, 99, full - 1, full, full + 1, 2 * full, 17 * full + 5, 7}) {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      blobs.put(Digest.of(bytes), bytes);
      sum += size;
    }
    // One that is sent, small or large, although the agent has it by now.
    agent.known.add(Digest.of(blobs.values().stream().skip(6).findFirst().orElseThrow()));

    remote.storeBlobs(blobs.keySet(), digest -> new ByteArrayInputStream(blobs.get(digest)));

    assertThat(agent.taken).hasValue(sum - 2L * full);
  }

  @Test
  void aSourceThatFailsIsToldAsWhatItIs() {
    AgentServices remote = remote(new Carrying());

    assertThatThrownBy(
            () ->
                remote.storeBlobs(
                    Set.of(Digest.of("gone")),
                    digest -> {
                      throw new IOException("the file is gone");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the file is gone");
  }

  @Test
  void aBlobThatIsRefusedIsToldAsWhatItIs() {
    AgentServices remote = remote(new Carrying());
    Digest other = Digest.of("other");

    for (int size : new int[] {10, 3 * LinkLimits.BATCH_BYTES}) {
      assertThatThrownBy(
              () ->
                  remote.storeBlobs(
                      Set.of(other), digest -> new ByteArrayInputStream(new byte[size])))
          .isInstanceOf(IOException.class)
          .hasMessage("other bytes");
    }
  }

  @Test
  void imagesArriveInOrderAndInBoundedMemory() throws Exception {
    Carrying agent = new Carrying();
    var received = Digest.sha256();
    AtomicLong count = new AtomicLong();
    List<Long> ahead = new ArrayList<>();

    jumbled(agent, 3)
        .exportImage(
            IMAGE,
            Set.of(),
            new OutputStream() {
              @Override
              public void write(int b) {
                throw new AssertionError("one by one");
              }

              @Override
              public void write(byte[] bytes, int offset, int length) {
                received.update(bytes, offset, length);
                ahead.add(agent.given.get() - count.addAndGet(length));
              }
            });

    var sent = Digest.sha256();
    agent.exportImage(
        IMAGE,
        Set.of(),
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("one by one");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            sent.update(bytes, offset, length);
          }
        });
    assertThat(Digest.from(received)).isEqualTo(Digest.from(sent));
    // What waits at the agent, what is under way, and what waits here.
    assertThat(ahead).allMatch(bytes -> bytes <= 3L * (LinkLimits.WINDOW + 1) * (4 << 20));
  }

  @Test
  void aReceiverThatFailsStopsTheSender() throws Exception {
    Carrying agent = new Carrying();
    AgentServices remote = remote(agent);

    assertThatThrownBy(
            () ->
                remote.exportImage(
                    IMAGE,
                    Set.of(),
                    new OutputStream() {
                      @Override
                      public void write(int b) throws IOException {
                        throw new IOException("disk full");
                      }
                    }))
        .hasMessage("disk full");

    assertThat(agent.given.get()).isLessThan(100L << 20);
  }

  @Test
  void anImageThatIsNotTakenIsNotSentToItsEnd() {
    AtomicLong read = new AtomicLong();
    InputStream endless =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] target, int offset, int length) {
            read.addAndGet(length);
            return length;
          }
        };

    assertThatThrownBy(() -> remote(new Carrying()).importImage(endless))
        .isInstanceOf(IOException.class)
        .hasMessage("no room for the image");
    assertThat(read.get()).isLessThan(200L << 20);
  }

  @Test
  void anArchiveThatBreaksOffIsNoArchive() {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Object script = new Importing(end);
    AtomicLong read = new AtomicLong();
    InputStream breaking =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            if (read.addAndGet(length) > 20 << 20) {
              throw new IOException("broke off");
            }
            return length;
          }
        };

    assertThatThrownBy(() -> remote(script).importImage(breaking)).hasMessage("broke off");

    assertThat(end.join()).isInstanceOf(IOException.class);
  }

  /** Runs until it is interrupted. */
  static final class Running {

    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);

    public StepOutcome run(StepRequest request, StepOutput output) {
      begun.countDown();
      try {
        Thread.sleep(Duration.ofDays(1).toMillis());
        throw new AssertionError("slept well");
      } catch (InterruptedException e) {
        interrupted.countDown();
        output.line("stopping", false);
        return new StepOutcome.Canceled();
      }
    }
  }

  @Test
  void anInterruptedCallerStopsTheStep() throws Exception {
    Running agent = new Running();
    AgentServices remote = remote(agent);
    List<String> lines = new ArrayList<>();
    FutureTask<StepOutcome> call =
        new FutureTask<>(
            () -> {
              StepOutcome outcome = remote.run(STEP, (line, error) -> lines.add(line));
              assertThat(Thread.interrupted()).as("the caller is still interrupted").isTrue();
              return outcome;
            });
    Thread caller = new Thread(call);
    caller.start();
    agent.begun.await();

    caller.interrupt();

    assertThat(call.get()).isEqualTo(new StepOutcome.Canceled());
    assertThat(agent.interrupted.getCount()).isZero();
    assertThat(lines).containsExactly("stopping");
  }

  @Test
  void aCallerThatIsGoneLeavesNothingRunning() throws Exception {
    Running agent = new Running();
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(agent), Duration.ofMillis(300));
    opened.add(endpoint);
    CallerFrame start = new CallerFrame.Start("1", new ServiceCall.RunStep(STEP), 0);

    byte[] unused = endpoint.handle(FrameEncoding.of(CallerFrame.class).encode(start));

    assertThat(agent.begun.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.interrupted.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** Has one replica, and tells when it is let go. */
  record Replicas(CountDownLatch closed) {
    public CacheReplicas cacheReplicas() {
      return (CacheReplicas)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {CacheReplicas.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  closed.countDown();
                  return null;
                }
                return new CacheReplicas.Use("1", Optional.empty(), Optional.empty(), true, 5);
              });
    }
  }

  private static final CacheKey KEY = new CacheKey("default", "m2", "linux/amd64", "", 0755, 0, 0);

  @Test
  void aReplicaStaysOpenUntilItIsClosed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    CacheReplicas replicas = remote(new Replicas(closed), Duration.ofMillis(250)).cacheReplicas();

    CacheReplicas.Use use = replicas.open(KEY, CacheSharing.LOCKED, false);

    assertThat(use.waitMillis()).isEqualTo(5);
    // Several leases: they are kept by the polls of the thread that holds it.
    assertThat(closed.await(1, TimeUnit.SECONDS)).isFalse();
    replicas.close(use.handle());
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void aReplicaOfACallerThatIsGoneIsLetGo() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    AgentEndpoint endpoint =
        new AgentEndpoint(ScriptedAgent.of(new Replicas(closed)), Duration.ofMillis(300));
    opened.add(endpoint);
    CallerFrame start =
        new CallerFrame.Start("1", new ReplicaCall.Hold(KEY, CacheSharing.LOCKED, false), 0);

    byte[] unused = endpoint.handle(FrameEncoding.of(CallerFrame.class).encode(start));

    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aCallerThatPollsKeepsItsStep() {
    Object script =
        new Stepping(
            output -> {
              // Silent for several leases; polls last longer than a lease too.
              Thread.sleep(1_500);
              return new StepOutcome.Failed(0, "undisturbed");
            });

    assertThat(remote(script, Duration.ofMillis(250)).run(STEP, (line, error) -> {}))
        .isEqualTo(new StepOutcome.Failed(0, "undisturbed"));
  }

  @Test
  void anAgentThatStopsEndsItsSteps() throws Exception {
    Running agent = new Running();
    AgentServices remote = remote(agent);
    FutureTask<StepOutcome> call = new FutureTask<>(() -> remote.run(STEP, (line, error) -> {}));
    new Thread(call).start();
    agent.begun.await();

    opened.get(1).close();

    assertThat(agent.interrupted.getCount()).isZero();
    assertThat(call.get())
        .isIn(new StepOutcome.Canceled(), new StepOutcome.Lost("the agent is stopping"));
  }

  @Test
  void aBrokenLinkIsALostAgent() {
    AgentLink broken =
        new ForwardingLink(new InProcessLink(request -> request)) {
          @Override
          public CompletableFuture<byte[]> call(byte[] request) {
            return CompletableFuture.failedFuture(new IOException("connection reset"));
          }
        };
    AgentServices remote = new RemoteAgentServices(broken);
    opened.add(remote);

    assertThatThrownBy(remote::info)
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("connection reset");
    assertThat(remote.run(STEP, (line, error) -> {})).isInstanceOf(StepOutcome.Lost.class);
  }

  @Test
  void anAgentThatTalksNonsenseIsLost() {
    AgentServices remote = new RemoteAgentServices(new InProcessLink(request -> new byte[] {1, 2}));
    opened.add(remote);

    assertThatThrownBy(remote::inventory)
        .isInstanceOf(AgentLostException.class)
        .hasMessageContaining("does not answer as it should");
  }

  @Test
  void whatIsNoImageIdIsNotBelieved() {
    Object script = new Lying();
    AgentServices remote = remote(script);

    assertThatThrownBy(remote::inventory).isInstanceOf(AgentLostException.class);
    assertThat(remote.run(STEP, (line, error) -> {})).isInstanceOf(StepOutcome.Lost.class);
  }

  @Test
  void exceptionsKeepTheirMeaning() {
    Object script =
        ScriptedAgent.failing(
            Map.of(
                "digestOf", new SourceNotFoundException("no /such file"),
                "resolveImage", new ImageUnavailableException("not in the registry", null),
                "holdsImage", new AgentLostException("the engine died", null),
                "describe", new IllegalStateException("no such image")));
    AgentServices remote = remote(script);

    assertThatThrownBy(() -> remote.digestOf(IMAGE, List.of("/such"), List.of()))
        .isInstanceOf(SourceNotFoundException.class)
        .hasMessage("no /such file");
    assertThatThrownBy(() -> remote.resolveImage("x", "y", PullPolicy.NEVER, Optional.empty()))
        .isInstanceOf(ImageUnavailableException.class)
        .hasMessage("not in the registry");
    assertThatThrownBy(() -> remote.holdsImage(IMAGE))
        .isInstanceOf(AgentLostException.class)
        .hasMessage("the engine died");
    assertThatThrownBy(() -> remote.describe(IMAGE))
        .isInstanceOf(RemoteFailureException.class)
        .hasMessage("no such image");
  }

  @Test
  void aRequestThatIsNoFrameIsAnswered() throws Exception {
    AgentEndpoint endpoint = new AgentEndpoint(ScriptedAgent.of(new Object()));
    opened.add(endpoint);

    AgentFrame answer = FrameEncoding.of(AgentFrame.class).decode(endpoint.handle(new byte[] {7}));

    assertThat(answer)
        .isInstanceOfSatisfying(
            AgentFrame.Refused.class,
            refused -> assertThat(refused.problem().message()).contains("version 7"));
  }
}
