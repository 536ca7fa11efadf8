package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.RecursiveRemoval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * Has the JVM compile what a scan does before somebody waits for one: while a step fills a cache
 * directory, a small directory of all that caches hold is scanned again and again, as long as
 * nobody else wants the processor. Of a first scan of 89,000 files the JVM's compilers have a
 * third, and what is not compiled yet runs slowly; {@code docs/benchmarks.md} has the figures.
 *
 * <p>Once for each JVM. Thread-safe.
 */
public final class ScanRehearsal {

  /** By then the JVM's second compiler has all of it: it takes methods after some 5,000 calls. */
  private static final int ROUNDS = 100;

  private static final long PAUSE_MILLIS = 100;

  /** A round takes two cores for some 15 ms of each {@value #PAUSE_MILLIS}. */
  private static final double CORES = 0.5;

  private static final ScanRehearsal OF_THIS_JVM =
      new ScanRehearsal(ROUNDS, PAUSE_MILLIS, ScanRehearsal::idleCores, ScanRehearsal::daemon);

  private static final int FOLDERS = 16;
  private static final int[] SMALL = {100, 300, 600, 800, 1_000, 1_500, 2_500, 12_000};

  /** Nothing, some chunks, and more than is read at once. */
  private static final int[] LARGE = {0, 60_000, 150_000, 400_000, 1_300_000};

  private final AtomicInteger roundsLeft;
  private final long pauseMillis;
  private final DoubleSupplier idleCores;
  private final ThreadFactory threads;
  private final AtomicBoolean going = new AtomicBoolean();

  /**
   * @param pauseMillis before each round
   * @param idleCores how many cores nobody used since it was asked last
   */
  ScanRehearsal(int rounds, long pauseMillis, DoubleSupplier idleCores, ThreadFactory threads) {
    this.roundsLeft = new AtomicInteger(rounds);
    this.pauseMillis = pauseMillis;
    this.idleCores = idleCores;
    this.threads = threads;
  }

  /** The one of this process. */
  public static ScanRehearsal ofThisJvm() {
    return OF_THIS_JVM;
  }

  /**
   * A rehearsal that scans until it is told to end, or there is no more to do. What it wrote is
   * there until it is told: room that comes back in between would hide that a command had none.
   */
  public static final class Running implements AutoCloseable {

    private final CountDownLatch toldToEnd = new CountDownLatch(1);
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private Running() {}

    /** None, for who has no use of it. */
    public static Running none() {
      Running none = new Running();
      none.gone.complete(null);
      return none;
    }

    /** Tells it to end, and waits for nothing. */
    public void end() {
      toldToEnd.countDown();
    }

    /** Ends it and waits, for a scan of its small directory at most, until its folder is gone. */
    @Override
    public void close() {
      end();
      gone.join();
    }
  }

  /**
   * Begins, unless it is going on already or was done.
   *
   * @param folder is made, and removed at the end; on the file system of the caches
   */
  public Running begin(Path folder) {
    if (roundsLeft() == 0 || !going.compareAndSet(false, true)) {
      return Running.none();
    }
    Running running = new Running();
    threads.newThread(() -> rehearse(folder, running)).start();
    return running;
  }

  /** How many scans are left to do. */
  int roundsLeft() {
    return roundsLeft.get();
  }

  private void rehearse(Path folder, Running running) {
    try {
      scan(folder, running.toldToEnd);
      running.toldToEnd.await();
    } catch (InterruptedException e) {
      roundsLeft.set(0);
    } finally {
      remove(folder);
      going.set(false);
      running.gone.complete(null);
    }
  }

  private void scan(Path folder, CountDownLatch toldToEnd) throws InterruptedException {
    try {
      Optional<Replica> replica = Optional.empty();
      while (roundsLeft() > 0 && !toldToEnd.await(pauseMillis, TimeUnit.MILLISECONDS)) {
        if (idleCores.getAsDouble() >= CORES) {
          replica = Optional.of(replica.isPresent() ? replica.get() : directory(folder));
          replica.get().forget();
          replica.get().scan();
          roundsLeft.decrementAndGet();
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // The first scan takes longer then, no more; who runs out of disk is told by what needs it.
      roundsLeft.set(0);
    }
  }

  /** Makes what is scanned: some of all that a cache may hold. */
  static Replica directory(Path folder) throws IOException {
    Path directory = folder.resolve("directory");
    Random random = new Random(1);
    for (int number = 0; number < FOLDERS; number++) {
      String name = "folder-" + "as-long-as-those-of-many-tools-".repeat(number % 4);
      write(directory.resolve(name + "/" + number), SMALL, random);
    }
    write(directory, LARGE, random);
    Files.createDirectory(directory.resolve("empty"));
    Files.createLink(directory.resolve("same"), directory.resolve("0.bytes"));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("elsewhere"));
    return new Replica(directory);
  }

  private static void write(Path folder, int[] sizes, Random random) throws IOException {
    Files.createDirectories(folder);
    for (int size : sizes) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      Files.write(folder.resolve(size + ".bytes"), bytes);
    }
  }

  private static void remove(Path folder) {
    try {
      RecursiveRemoval.remove(folder);
    } catch (IOException e) {
      // It goes with the session's other files.
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "dockerfile-build-rehearsal");
    thread.setDaemon(true);
    return thread;
  }

  /** None where the JVM does not know. */
  private static double idleCores() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      double load = system.getCpuLoad();
      return load < 0 ? 0 : (1 - load) * Runtime.getRuntime().availableProcessors();
    }
    return 0;
  }
}
