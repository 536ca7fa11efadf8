package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchOutputTest {

  @Test
  void batchesAreFullButTheLastAndNeverEmpty() throws IOException {
    List<byte[]> batches = new ArrayList<>();
    BatchOutput out = new BatchOutput(4, batches::add);
    out.write(1);
    out.write(new byte[] {0, 2, 3, 4, 5, 6, 7, 8, 9, 0}, 1, 8);
    out.flush();
    assertThat(batches).containsExactly(new byte[] {1, 2, 3, 4}, new byte[] {5, 6, 7, 8});
    out.close();
    out.close();
    assertThat(batches).hasSize(3).endsWith(new byte[] {9});
  }

  @Test
  void aStreamThatNobodyWritesToSendsNothing() throws IOException {
    List<byte[]> batches = new ArrayList<>();
    new BatchOutput(4, batches::add).close();
    assertThat(batches).isEmpty();
  }
}
