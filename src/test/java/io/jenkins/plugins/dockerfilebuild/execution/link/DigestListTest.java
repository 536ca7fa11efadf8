package io.jenkins.plugins.dockerfilebuild.execution.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.Chunk;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestListTest {

  private static final Digest ONE = Digest.of("one");
  private static final Digest TWO = Digest.of("two");

  @Test
  void whatTravelsAsOneStringComesAsItWas() {
    DigestList digests = new DigestList(List.of(ONE, TWO, ONE));
    LackingChunks chunks = new LackingChunks(List.of(new Chunk(ONE, 3), new Chunk(TWO, 262_144)));

    assertThat(DigestList.from(digests.toBytes())).isEqualTo(digests);
    assertThat(LackingChunks.from(chunks.toBytes())).isEqualTo(chunks);
    assertThat(DigestList.from(new byte[0]).digests()).isEmpty();
  }

  @Test
  void whatIsCutShortIsRefused() {
    byte[] digests = new DigestList(List.of(ONE, TWO)).toBytes();
    byte[] chunks = new LackingChunks(List.of(new Chunk(ONE, 3))).toBytes();

    assertThatThrownBy(() -> DigestList.from(Arrays.copyOf(digests, 63)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LackingChunks.from(Arrays.copyOf(chunks, 32)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
