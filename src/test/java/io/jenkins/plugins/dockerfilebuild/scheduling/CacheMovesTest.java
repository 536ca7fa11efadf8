package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.VersionHolder;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Range;
import io.jenkins.plugins.dockerfilebuild.execution.CacheSource;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheInventory;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.HostCacheReplicas;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Moves between real replicas, of which some get lost. */
@Timeout(60)
class CacheMovesTest {

  private static final CacheKey KEY = new CacheKey("ns", "m2", "linux/amd64", "", 0755, 0, 0);

  /** More than the ranges that are on their way at once. */
  private static final int MEGABYTES = 12;

  @TempDir private Path root;

  /** One, so that ranges come one after the other. */
  private final ExecutorService threads = Executors.newSingleThreadExecutor();

  private CacheReplicas first;
  private CacheReplicas second;
  private CacheReplicas.Use use;
  private Digest manifest;

  @BeforeEach
  void twoReplicas() throws IOException {
    first = replicas("first");
    second = replicas("second");
    manifest = publish();
    use = second.open(KEY, CacheSharing.LOCKED, false);
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void whatASourceNoMoreGivesComesFromTheNext() throws Exception {
    Losing lost = new Losing(first, 3);
    CacheMoves.Moved moved = move(source("lost", lost), source("sound", first));

    assertThat(moved.bytesFrom()).containsOnlyKeys("lost", "sound");
    assertThat(moved.bytes()).isBetween(megabytes(MEGABYTES), megabytes(MEGABYTES + 1));
    assertComplete();
  }

  @Test
  void aSourceThatFailsInWhateverWayIsNoFailureOfTheReceiver() throws Exception {
    CacheSource overloaded =
        (CacheSource)
            Proxy.newProxyInstance(
                CacheMovesTest.class.getClassLoader(),
                new Class<?>[] {CacheSource.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("the agent has too much to do");
                });
    CacheMoves.Source first = source("overloaded", overloaded);

    assertThatThrownBy(() -> move(first))
        .isInstanceOfSatisfying(
            CacheMoves.SourceFailedException.class,
            e -> assertThat(e.failed()).containsExactly(first))
        .hasMessage("the agent has too much to do");
    assertThat(move(source("sound", this.first), first).bytesFrom()).containsOnlyKeys("sound");
    assertComplete();
  }

  @Test
  void aRangeThatCameInPartFailsTheMoveWhichIsThenBegunAnew() throws Exception {
    CacheMoves.Source lost = source("lost", new Losing(first, 1));
    assertThatThrownBy(() -> move(lost))
        .isInstanceOfSatisfying(
            CacheMoves.SourceFailedException.class,
            e -> assertThat(e.failed()).containsExactly(lost))
        .hasMessageContaining("is away");
    assertThat(second.lacking(use.handle(), new Range(0, 16)))
        .as("of the first range a batch came")
        .hasSizeBetween(1, 15);

    CacheMoves.Moved moved = move(source("sound", first));
    assertThat(moved.bytesFrom()).containsOnlyKeys("sound");
    assertThat(moved.bytes()).as("all of it").isGreaterThan(megabytes(MEGABYTES));
    assertComplete();
  }

  /** An agent says itself how much it lacks: as many ranges, all at once, fit into no memory. */
  @Test
  void whoSaysThatItLacksEverythingIsAskedForOneRangeAfterTheOther() {
    AtomicInteger asked = new AtomicInteger();
    CacheReplicas liar = lacking(Integer.MAX_VALUE, 1L << 60, asked, 100);

    assertThatThrownBy(() -> move(liar, source("sound", first)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("enough of it");
    assertThat(asked.get()).isBetween(100, 120);
  }

  private CacheMoves.Moved move(CacheMoves.Source... sources) throws Exception {
    return move(second, sources);
  }

  private CacheMoves.Moved move(CacheReplicas to, CacheMoves.Source... sources) throws Exception {
    CacheHolder holder = new CacheHolder(new VersionHolder("second", "second"), to);
    return new CacheMoves(threads)
        .move(
            List.of(sources),
            new CacheMoves.Destination(holder, use.handle(), use.manifest()),
            Kept.NOTHING);
  }

  private CacheMoves.Source source(String name, CacheSource content) {
    return new CacheMoves.Source(new VersionHolder(name, name), content, KEY, manifest);
  }

  private void assertComplete() throws IOException {
    assertThat(second.apply(use.handle(), 1, 1).complete()).isTrue();
    second.close(use.handle());
    assertThat(second.verify(KEY).sound()).isEqualTo(1);
  }

  private CacheReplicas replicas(String name) {
    Path caches = root.resolve(name);
    return new HostCacheReplicas(
        caches, new CacheInventory(caches, InstantSource.system()), () -> {});
  }

  private Digest publish() throws IOException {
    CacheReplicas.Use filled = first.open(KEY, CacheSharing.LOCKED, false);
    Path content = root.resolve("first").resolve(KEY.hex()).resolve("0");
    Random random = new Random(20261126);
    Files.createDirectories(content);
    for (int i = 0; i < MEGABYTES; i++) {
      byte[] bytes = new byte[(int) megabytes(1)];
      random.nextBytes(bytes);
      Files.write(content.resolve(String.valueOf(i)), bytes);
    }
    CacheReplicas.Scan scan = first.scan(filled.handle()).orElseThrow();
    first.adopt(filled.handle(), 1, 1);
    first.close(filled.handle());
    return scan.manifest();
  }

  private static long megabytes(int count) {
    return (long) count << 20;
  }

  /** Second's replicas, which lack what they are said to, and refuse when they are asked often. */
  private CacheReplicas lacking(int chunks, long bytes, AtomicInteger asked, int often) {
    Digest wanted = manifest;
    return (CacheReplicas)
        Proxy.newProxyInstance(
            CacheMovesTest.class.getClassLoader(),
            new Class<?>[] {CacheReplicas.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "target" ->
                      new CacheReplicas.Target(wanted, 1, bytes, chunks, bytes, 0, 0, 0);
                  case "fetchChunks" -> Optional.empty();
                  case "lacking" -> nothing(asked.incrementAndGet() < often);
                  default -> invoke(() -> method.invoke(second, arguments));
                });
  }

  private static List<CacheReplicas.Chunk> nothing(boolean patient) throws IOException {
    if (!patient) {
      throw new IOException("enough of it");
    }
    return List.of();
  }

  @FunctionalInterface
  private interface Call {
    Object answer() throws ReflectiveOperationException;
  }

  private static Object invoke(Call call) throws Throwable {
    try {
      return call.answer();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Is lost after some batches. */
  private static final class Losing implements CacheSource {

    private final CacheSource source;
    private final AtomicInteger left;

    private Losing(CacheSource source, int batches) {
      this.source = source;
      this.left = new AtomicInteger(batches);
    }

    @Override
    public Bytes readPatch(CacheKey key, Digest manifest, Optional<Digest> base, long offset)
        throws IOException {
      return source.readPatch(key, manifest, base, offset);
    }

    @Override
    public Bytes readChunks(CacheKey key, Digest manifest, List<Digest> chunks) throws IOException {
      if (left.getAndDecrement() <= 0) {
        throw new AgentLostException("the agent is away", null);
      }
      return source.readChunks(key, manifest, chunks);
    }
  }
}
