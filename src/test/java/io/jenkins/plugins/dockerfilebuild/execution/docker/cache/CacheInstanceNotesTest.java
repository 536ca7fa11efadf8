package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CacheInstanceNotesTest {

  private static final int THREADS = 4;
  private static final int RUNS = 25;

  @TempDir private Path home;
  private CacheInstance instance;

  @BeforeEach
  void make() throws IOException {
    instance = new CacheInstance(home, 0);
    Files.createDirectory(instance.content());
  }

  @Test
  void whatIsCountedIsOutOfDateOnceAStepHasEnded() throws IOException {
    instance.noteStep(1_000);
    instance.count(2_000);
    assertThat(instance.notes().isOutdated()).isFalse();

    instance.noteUse(3_000);

    assertThat(instance.notes().isOutdated()).isTrue();
  }

  @Test
  void aCountThatBeganBeforeAStepEndedIsOutOfDate() throws IOException {
    instance.noteStep(1_000);
    instance.noteRun(true, 500);
    instance.noteUse(3_000);

    instance.count(2_999);

    assertThat(instance.notes().isOutdated()).isTrue();
    assertThat(instance.count(3_001).isOutdated()).isFalse();
  }

  @Test
  void nothingIsLostOfWhatSeveralNoteAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < THREADS * RUNS; i++) {
        work.add(
            () -> {
              instance.noteStep(10_000);
              instance.noteRun(false, 10);
              instance.count(10_001);
              return null;
            });
      }
      for (Future<Void> one : threads.invokeAll(work)) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(instance.notes().worth().uses()).isEqualTo(THREADS * RUNS);
  }

  @Test
  void aStepThatIsBeingCanceledNotesItsEnd() throws IOException {
    instance.noteStep(1_000);
    Thread.currentThread().interrupt();

    instance.noteUse(2_000);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(instance.notes().lastUsedMillis()).isEqualTo(2_000);
  }
}
