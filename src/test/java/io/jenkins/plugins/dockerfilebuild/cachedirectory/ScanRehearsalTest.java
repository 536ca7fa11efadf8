package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ScanRehearsalTest {

  private static final int ENDLESS = Integer.MAX_VALUE;

  @TempDir private Path temporary;
  private final List<Thread> threads = new ArrayList<>();
  private Path folder;

  @BeforeEach
  void folder() {
    folder = temporary.resolve("rehearsal");
  }

  @Test
  void scansSoOftenAndLeavesNothing() throws Exception {
    ScanRehearsal rehearsal = rehearsal(3, () -> 2);
    ScanRehearsal.Running running = rehearsal.begin(folder);
    awaitLastScan(rehearsal);
    running.close();
    assertThat(temporary).isEmptyDirectory();

    rehearsal.begin(folder);
    assertThat(threads).as("it was done once for all").hasSize(1);
  }

  /** A disk that a command had filled had room again when it was looked at: 2 MB of a rehearsal. */
  @Test
  void freesNoRoomBeforeItIsTold() throws Exception {
    ScanRehearsal rehearsal = rehearsal(1, () -> 2);
    ScanRehearsal.Running running = rehearsal.begin(folder);
    awaitLastScan(rehearsal);
    assertThat(folder).isNotEmptyDirectory();
    running.close();
    assertThat(folder).doesNotExist();
  }

  @Test
  void freesNoRoomWhenItFails() throws Exception {
    Files.createDirectory(folder);
    Path inTheWay = Files.createFile(folder.resolve("directory"));
    ScanRehearsal rehearsal = rehearsal(3, () -> 2);
    ScanRehearsal.Running running = rehearsal.begin(folder);
    awaitLastScan(rehearsal);
    assertThat(inTheWay).exists();
    running.close();
    assertThat(folder).doesNotExist();
  }

  @Test
  void waitsForAnIdleCore() throws Exception {
    CountDownLatch asked = new CountDownLatch(5);
    ScanRehearsal rehearsal =
        rehearsal(
            3,
            () -> {
              asked.countDown();
              return 0.4;
            });
    ScanRehearsal.Running running = rehearsal.begin(folder);
    asked.await();
    assertThat(temporary).isEmptyDirectory();
    running.close();
    join();
    assertThat(rehearsal.roundsLeft()).isEqualTo(3);
  }

  @Test
  void endsWithTheStepAndGoesOnInTheNext() throws Exception {
    CountDownLatch asked = new CountDownLatch(3);
    ScanRehearsal rehearsal =
        rehearsal(
            ENDLESS,
            () -> {
              asked.countDown();
              return 2;
            });
    ScanRehearsal.Running running = rehearsal.begin(folder);
    asked.await();
    // Who removes the folder above it next must find nobody at work there.
    running.close();
    assertThat(temporary).isEmptyDirectory();
    assertThat(rehearsal.roundsLeft()).isBetween(1, ENDLESS - 2);

    rehearsal.begin(folder).close();
    join();
    assertThat(threads).hasSize(2);
  }

  @Test
  void oneAtATime() throws Exception {
    ScanRehearsal rehearsal = rehearsal(ENDLESS, () -> 0);
    ScanRehearsal.Running first = rehearsal.begin(folder);
    rehearsal.begin(temporary.resolve("second")).close();
    assertThat(threads).hasSize(1);
    assertThat(threads.get(0).isAlive()).isTrue();
    first.close();
    join();
  }

  @Test
  void givesUpWhereNothingCanBeWritten() throws Exception {
    Files.createFile(folder);
    ScanRehearsal rehearsal = rehearsal(3, () -> 2);
    ScanRehearsal.Running running = rehearsal.begin(folder.resolve("below"));
    awaitLastScan(rehearsal);
    running.close();
    assertThat(folder).isRegularFile();
  }

  @Test
  void rehearsesWhatCachesHold() throws IOException {
    Replica replica = ScanRehearsal.directory(folder);
    CacheManifest manifest = replica.scan().manifest();
    assertThat(manifest.entries().stream().map(CacheEntry::type))
        .contains(CacheEntry.Type.values());
    assertThat(manifest.entries().stream().map(entry -> entry.chunks().count()))
        .contains(0, 1)
        .anyMatch(count -> count > 10);
  }

  private ScanRehearsal rehearsal(int rounds, DoubleSupplier idleCores) {
    return new ScanRehearsal(
        rounds,
        1,
        idleCores,
        work -> {
          Thread thread = new Thread(work);
          threads.add(thread);
          return thread;
        });
  }

  /** Until its only thread waits to be told to end, or has ended. */
  private void awaitLastScan(ScanRehearsal rehearsal) {
    while (rehearsal.roundsLeft() > 0 || !isAtRest(threads.get(0).getState())) {
      Thread.onSpinWait();
    }
  }

  private static boolean isAtRest(Thread.State state) {
    return state == Thread.State.WAITING || state == Thread.State.TERMINATED;
  }

  private void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
