package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where files are cut, and that the cuts follow the content. */
class ChunkerTest {

  @Test
  void smallFilesAreOneChunk() {
    byte[] bytes = random(Chunker.MIN, 1);
    assertThat(Chunker.cut(bytes, 0, bytes.length)).isEqualTo(Chunker.MIN);
    assertThat(Chunker.cut(bytes, 0, 1)).isEqualTo(1);
  }

  @Test
  void sizesStayInTheirBoundsAroundTheAverage() {
    List<Integer> sizes = sizes(random(32 << 20, 2));
    List<Integer> whole = sizes.subList(0, sizes.size() - 1);
    assertThat(whole).allMatch(size -> size > Chunker.MIN && size <= Chunker.MAX);
    double mean = whole.stream().mapToInt(size -> size).average().orElseThrow();
    assertThat(mean).isBetween(Chunker.AVERAGE * 0.8, Chunker.AVERAGE * 1.6);
  }

  @Test
  void bytesWithoutPatternAreCutAtTheGreatestSize() {
    assertThat(sizes(new byte[4 * Chunker.MAX])).containsOnly(Chunker.MAX);
  }

  @Test
  void insertedBytesChangeOnlyTheChunksAroundThem() {
    byte[] before = random(8 << 20, 3);
    byte[] after = new byte[before.length + 10];
    int at = 3 << 20;
    System.arraycopy(before, 0, after, 0, at);
    System.arraycopy(random(10, 4), 0, after, at, 10);
    System.arraycopy(before, at, after, at + 10, before.length - at);

    List<Digest> changed = digests(after);
    changed.removeAll(digests(before));
    assertThat(changed).hasSizeBetween(1, 3);
  }

  /** The cut points are a format: agents of other versions must make the same. */
  @Test
  void theCutsAreThoseOfTheWrittenParameters() {
    assertThat(Digest.of(sizes(random(4 << 20, 42)).toString()).abbreviated())
        .isEqualTo("fd5c958908dd");
  }

  @Test
  void equalPartsOfDifferentFilesShareTheirChunks() {
    byte[] common = random(4 << 20, 5);
    byte[] one = concat(random(100_000, 6), common);
    byte[] other = concat(random(300_000, 7), common);
    Set<Digest> shared = new HashSet<>(digests(one));
    shared.retainAll(digests(other));
    assertThat(shared.size()).isGreaterThan(digests(common).size() * 8 / 10);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static List<Integer> sizes(byte[] bytes) {
    List<Integer> sizes = new ArrayList<>();
    for (int start = 0; start < bytes.length; ) {
      int length = Chunker.cut(bytes, start, bytes.length);
      sizes.add(length);
      start += length;
    }
    return sizes;
  }

  private static List<Digest> digests(byte[] bytes) {
    List<Digest> digests = new ArrayList<>();
    int start = 0;
    for (int size : sizes(bytes)) {
      digests.add(Digest.of(Arrays.copyOfRange(bytes, start, start + size)));
      start += size;
    }
    return digests;
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
