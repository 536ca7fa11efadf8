package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.coordination.SharedRecords.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is forgotten of what the builds of one process share. */
class InMemoryRecordsTest {

  private final AtomicLong wall = new AtomicLong();
  private final AtomicLong forward = new AtomicLong();
  private final InMemoryRecords<String> records =
      new InMemoryRecords<>(
          Duration.ofHours(1),
          new ProcessClock(() -> Instant.ofEpochMilli(wall.get()), forward::get));

  private void put(String key) {
    records.update(key, before -> Change.to("value", key));
  }

  private void manyOthers() {
    for (int i = 0; i < 1_000; i++) {
      put("other " + i);
    }
  }

  @Test
  void whatIsInUseIsKeptThoughTheClockIsSet() {
    put("lease");
    wall.addAndGet(Duration.ofDays(1).toMillis());
    manyOthers();

    assertThat(records.keys()).contains("lease");
  }

  @Test
  void whatNobodyUsedForLongIsForgotten() {
    put("lease");
    forward.addAndGet(Duration.ofDays(1).toMillis());
    manyOthers();

    assertThat(records.keys()).doesNotContain("lease").contains("other 1");
  }
}
