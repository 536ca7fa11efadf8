package io.jenkins.plugins.dockerfilebuild.content;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A few bytes that tell how much of two trees is the same, without the trees: the smallest hashes
 * of their paths and contents (a bottom-k sketch; the share of common ones estimates the Jaccard
 * index of the sets).
 */
final class TreeSketch {

  private static final int SIZE = 64;
  static final int ENCODED_LENGTH = SIZE * Integer.BYTES;

  // Sorted; shorter than SIZE for a tree with fewer paths.
  private final int[] smallest;

  private TreeSketch(int[] smallest) {
    this.smallest = smallest;
  }

  static TreeSketch of(Tree tree) {
    TreeSet<Integer> hashes = new TreeSet<>();
    for (TreeEntry entry : tree.entries()) {
      int hash = hash(entry);
      if (hashes.size() < SIZE || hash < hashes.last()) {
        hashes.add(hash);
        if (hashes.size() > SIZE) {
          hashes.pollLast();
        }
      }
    }
    return new TreeSketch(hashes.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Hash codes of similar strings are near each other; a sketch needs them scattered. */
  private static int hash(TreeEntry entry) {
    int code = 31 * entry.path().hashCode() + entry.linkTarget().hashCode();
    int hash =
        (entry.content() == null ? code : 31 * code + entry.content().hashCode()) * 0x9E3779B9;
    hash ^= hash >>> 15;
    return hash * 0x85EBCA6B;
  }

  /** From 0 (nothing in common) to 1. */
  double similarity(TreeSketch other) {
    Set<Integer> union = new TreeSet<>();
    Arrays.stream(smallest).forEach(union::add);
    Arrays.stream(other.smallest).forEach(union::add);
    Set<Integer> both = new HashSet<>();
    Arrays.stream(smallest).forEach(both::add);
    both.retainAll(Arrays.stream(other.smallest).boxed().toList());
    long considered = Math.min(SIZE, union.size());
    long common = union.stream().limit(considered).filter(both::contains).count();
    return (double) common / considered;
  }

  /** Always {@link #ENCODED_LENGTH} bytes; the last hash is repeated to fill them. */
  byte[] encoded() {
    ByteBuffer out = ByteBuffer.allocate(ENCODED_LENGTH);
    for (int i = 0; i < SIZE; i++) {
      out.putInt(smallest[Math.min(i, smallest.length - 1)]);
    }
    return out.array();
  }

  static TreeSketch decode(ByteBuffer in) {
    return new TreeSketch(IntStream.range(0, SIZE).map(i -> in.getInt()).distinct().toArray());
  }
}
