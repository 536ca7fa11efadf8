package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.cache.CacheLeases.CacheLease;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.OtherProcess;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostCacheDirectoriesTest {

  @TempDir private Path state;
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final AtomicInteger seedings = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HostCacheDirectories caches;

  @BeforeEach
  void open() {
    caches = directories(this::seed);
  }

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void aNewDirectoryIsColdAndFoundWarmAgain() throws IOException {
    try (CacheLeases leases = acquire(cache("m2", "shared"))) {
      CacheLease lease = leases.leases().get(0);
      assertThat(lease.cold()).isTrue();
      assertThat(lease.path()).isEmptyDirectory();
      Files.writeString(lease.path().resolve("artifact"), "bytes");
    }
    try (CacheLeases leases = acquire(cache("m2", "locked"))) {
      CacheLease lease = leases.leases().get(0);
      assertThat(lease.cold()).isFalse();
      assertThat(lease.bytes()).isEqualTo(5);
      assertThat(lease.path().resolve("artifact")).hasContent("bytes");
    }
  }

  @Test
  void idNamespaceSeedAndOwnerTellDirectoriesApart() throws IOException {
    List<MountRequest.Cache> requests =
        List.of(
            cache("a", "shared"),
            cache("b", "shared"),
            request("other", "a", "shared", "", Optional.empty(), 0755),
            request("ns", "a", "shared", "", Optional.empty(), 01777),
            request("ns", "a", "shared", "", Optional.of("seed-1"), 0755),
            request("ns", "a", "shared", "", Optional.of("seed-2"), 0755));

    try (CacheLeases leases = caches.acquire(requests, request -> {})) {
      assertThat(leases.leases()).extracting(CacheLease::path).doesNotHaveDuplicates();
    }
  }

  @Test
  void modeAndOwnerOfANewDirectoryAreAsAsked() throws IOException {
    try (CacheLeases leases = acquire(request("ns", "a", "shared", "", Optional.empty(), 01770))) {
      assertThat(Files.getAttribute(leases.leases().get(0).path(), "unix:mode"))
          .isEqualTo(040000 | 01770);
    }
  }

  @Test
  void insideOneRunTheSameKeyIsTheSameDirectoryWhateverTheMode() throws IOException {
    List<MountRequest.Cache> requests =
        List.of(cache("x", "locked"), cache("x", "locked"), cache("x", "private"));

    try (CacheLeases leases = caches.acquire(requests, request -> {})) {
      assertThat(leases.leases())
          .extracting(CacheLease::path)
          .containsOnly(leases.leases().get(0).path());
    }
  }

  @Test
  void privateUsesThatOverlapGetTheirOwnAndIdleOnesAreUsedAgain() throws IOException {
    Path first;
    Path second;
    try (CacheLeases one = acquire(cache("p", "private"));
        CacheLeases two = acquire(cache("p", "private"))) {
      first = one.leases().get(0).path();
      second = two.leases().get(0).path();
      assertThat(second).isNotEqualTo(first);
    }
    try (CacheLeases one = acquire(cache("p", "private"));
        CacheLeases two = acquire(cache("p", "private"))) {
      assertThat(one.leases().get(0).path()).isEqualTo(first);
      assertThat(two.leases().get(0).path()).isEqualTo(second);
      assertThat(two.leases().get(0).cold()).isFalse();
    }
    assertThat(caches.list()).hasSize(2);
  }

  @Test
  void sharersHaveTheSameDirectoryAtTheSameTime() throws IOException {
    try (CacheLeases one = acquire(cache("s", "shared"));
        CacheLeases two = acquire(cache("s", "shared"))) {
      assertThat(one.leases().get(0).path()).isEqualTo(two.leases().get(0).path());
    }
  }

  @Test
  void aSharedRequestWaitsForALockedUseAndSaysSo() throws Exception {
    CacheLeases locked = acquire(cache("l", "locked"));
    CountDownLatch waits = new CountDownLatch(1);
    Future<CacheLeases> shared =
        threads.submit(
            () -> caches.acquire(List.of(cache("l", "shared")), request -> waits.countDown()));
    waits.await();
    assertThat(shared).isNotDone();
    locked.close();

    try (CacheLeases leases = shared.get()) {
      assertThat(leases.leases().get(0).cold()).isFalse();
      assertThat(leases.leases().get(0).waitMillis()).isNotNegative();
    }
  }

  @Test
  void runsWithSeveralLockedCachesDoNotWaitInACircle() throws Exception {
    CompletableFuture<?>[] runs = new CompletableFuture<?>[6];
    for (int i = 0; i < runs.length; i++) {
      List<MountRequest.Cache> order =
          i % 2 == 0
              ? List.of(cache("a", "locked"), cache("b", "locked"))
              : List.of(cache("b", "locked"), cache("a", "locked"));
      runs[i] = CompletableFuture.runAsync(() -> appendOften(order), threads);
    }
    CompletableFuture.allOf(runs).get();

    try (CacheLeases leases = acquire(cache("a", "locked"))) {
      assertThat(leases.leases().get(0).path().resolve("count")).hasContent("60");
    }
  }

  private void appendOften(List<MountRequest.Cache> requests) {
    for (int i = 0; i < 10; i++) {
      try (CacheLeases leases = caches.acquire(requests, request -> {})) {
        for (CacheLease lease : leases.leases()) {
          Path count = lease.path().resolve("count");
          int old = Files.exists(count) ? Integer.parseInt(Files.readString(count)) : 0;
          Files.writeString(count, String.valueOf(old + 1));
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void aSeededDirectoryBeginsWithTheImagesContentOnce() throws IOException {
    MountRequest.Cache seeded = request("ns", "s", "shared", "/pkg", Optional.of("identity"), 0755);
    try (CacheLeases one = acquire(seeded);
        CacheLeases two = acquire(seeded)) {
      assertThat(one.leases().get(0).path().resolve("seed")).hasContent("image:/pkg");
      assertThat(one.leases().get(0).path()).isEqualTo(two.leases().get(0).path());
    }
    assertThat(seedings).hasValue(1);
  }

  @Test
  void aSeedingThatFailedLeavesNothingBehind() throws IOException {
    HostCacheDirectories failing =
        directories(
            (image, path, target) -> {
              Files.createDirectory(target);
              Files.writeString(target.resolve("half"), "");
              throw new IOException("the engine died");
            });
    MountRequest.Cache seeded = request("ns", "s", "shared", "", Optional.of("i"), 0755);

    assertThatThrownBy(() -> failing.acquire(List.of(seeded), request -> {}))
        .hasMessage("the engine died");

    assertThat(caches.list()).isEmpty();
    try (CacheLeases leases = acquire(seeded)) {
      assertThat(leases.leases().get(0).cold()).isTrue();
      assertThat(leases.leases().get(0).path()).isDirectoryNotContaining("glob:**half");
    }
  }

  @Test
  void aDirectoryThatACrashLeftHalfSeededIsBegunAnew() throws IOException {
    MountRequest.Cache seeded = request("ns", "s", "locked", "", Optional.of("i"), 0755);
    Path home = state.resolve(seeded.key().hex());
    Files.createDirectories(home.resolve("0.new/rubbish"));

    try (CacheLeases leases = acquire(seeded)) {
      assertThat(leases.leases().get(0).path()).isDirectoryNotContaining("glob:**rubbish");
      assertThat(home.resolve("0.new")).doesNotExist();
    }
  }

  @Test
  void aSourceSelectsAPartThatIsMadeWhenItIsMissing() throws IOException {
    try (CacheLeases leases =
        caches.acquire(List.of(cache("x", "shared"), part("x", "a/b")), request -> {})) {
      assertThat(leases.leases().get(1).path())
          .isEmptyDirectory()
          .isEqualTo(leases.leases().get(0).path().toRealPath().resolve("a/b"));
      assertThat(leases.leases().get(1).cold()).isTrue();
    }
  }

  @Test
  void aSourceThatLeavesByALinkIsRefused() throws IOException {
    try (CacheLeases leases = acquire(cache("x", "shared"))) {
      Path directory = leases.leases().get(0).path();
      Files.createSymbolicLink(directory.resolve("out"), Path.of("/etc"));
      Files.createSymbolicLink(directory.resolve("up"), Path.of("../../.."));
      Files.createSymbolicLink(directory.resolve("dangling"), Path.of("/nowhere/at/all"));
      Files.createDirectory(directory.resolve("real"));
      Files.createSymbolicLink(directory.resolve("inside"), Path.of("real"));
    }

    for (String source : List.of("out", "up/x", "dangling", "out/../out")) {
      assertThatThrownBy(() -> acquire(part("x", source)))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("leaves the cache directory");
    }
    try (CacheLeases leases = acquire(part("x", "../inside"))) {
      assertThat(leases.leases().get(0).path()).hasFileName("real");
    }
  }

  @Test
  void whatIsListedIsCountedAndKnowsItsUse() throws IOException {
    try (CacheLeases leases = acquire(cache("x", "shared"))) {
      Files.writeString(leases.leases().get(0).path().resolve("f"), "12345");
      assertThat(caches.list())
          .singleElement()
          .satisfies(directory -> assertThat(directory.inUse()).isTrue());
      now.addAndGet(500);
    }

    assertThat(caches.list())
        .singleElement()
        .satisfies(
            directory -> {
              assertThat(directory.namespace()).isEqualTo("ns");
              assertThat(directory.id()).isEqualTo("x");
              assertThat(directory.bytes()).isEqualTo(5);
              assertThat(directory.files()).isEqualTo(1);
              assertThat(directory.createdMillis()).isEqualTo(1_000_000);
              assertThat(directory.lastUsedMillis()).isEqualTo(1_000_500);
              assertThat(directory.inUse()).isFalse();
            });
  }

  @Test
  void pruningRemovesTheLongestUnusedFirstAndNothingInUse() throws IOException {
    for (String id : List.of("old", "middle", "new")) {
      now.addAndGet(1000);
      try (CacheLeases leases = acquire(cache(id, "shared"))) {
        Files.write(leases.leases().get(0).path().resolve("f"), new byte[100]);
      }
    }
    try (CacheLeases held = acquire(cache("held", "shared"))) {
      assertThat(held.leases()).hasSize(1);
      assertThat(caches.prune(all -> true, OptionalLong.of(150), Duration.ZERO))
          .extracting(CacheDirectory::id)
          .containsExactly("old", "middle");
      assertThat(caches.prune(d -> d.id().equals("new"), OptionalLong.empty(), Duration.ofHours(1)))
          .isEmpty();
      assertThat(caches.prune(all -> true, OptionalLong.empty(), Duration.ZERO))
          .extracting(CacheDirectory::id)
          .containsExactly("new");
    }
    try (CacheLeases again = acquire(cache("old", "shared"))) {
      assertThat(again.leases().get(0).cold()).isTrue();
    }
  }

  @Test
  void aLockedDirectoryOfAnotherProcessIsInUseAndWaitedFor() throws Exception {
    MountRequest.Cache request = cache("x", "locked");
    acquire(request).close();
    Path lock = new CacheInstance(state.resolve(request.key().hex()), 0).lockFile();
    try (OtherProcess other = OtherProcess.locking(lock, "exclusive").awaitLock()) {
      assertThat(caches.list()).singleElement().matches(CacheDirectory::inUse);
      assertThat(caches.prune(all -> true, OptionalLong.empty(), Duration.ZERO)).isEmpty();
      CountDownLatch waits = new CountDownLatch(1);
      Future<CacheLeases> waiting =
          threads.submit(() -> caches.acquire(List.of(request), r -> waits.countDown()));
      waits.await();
      other.kill();
      try (CacheLeases leases = waiting.get()) {
        assertThat(leases.leases().get(0).cold()).isFalse();
      }
    }
  }

  private HostCacheDirectories directories(HostCacheDirectories.Seeds seeds) {
    return new HostCacheDirectories(
        state, seeds, () -> Instant.ofEpochMilli(now.get()), Runnable::run);
  }

  private void seed(String imageId, String path, Path target) throws IOException {
    seedings.incrementAndGet();
    Files.createDirectory(target);
    Files.writeString(target.resolve("seed"), imageId + ":" + path);
  }

  private CacheLeases acquire(MountRequest.Cache request) throws IOException {
    return caches.acquire(List.of(request), waiting -> {});
  }

  private static MountRequest.Cache cache(String id, String sharing) {
    return request("ns", id, sharing, "", Optional.empty(), 0755);
  }

  private static MountRequest.Cache part(String id, String source) {
    return request("ns", id, "shared", source, Optional.empty(), 0755);
  }

  private static MountRequest.Cache request(
      String namespace, String id, String sharing, String source, Optional<String> seed, int mode) {
    return new MountRequest.Cache(
        "/cache",
        false,
        new CacheKey(namespace, id, "linux/amd64", seed.orElse(""), mode, 0, 0),
        CacheSharing.parse(sharing),
        source,
        seed.map(s -> "image"),
        Optional.empty());
  }
}
