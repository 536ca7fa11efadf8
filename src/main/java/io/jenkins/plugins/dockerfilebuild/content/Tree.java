package io.jenkins.plugins.dockerfilebuild.content;

import java.util.List;

/**
 * What a directory (or a single file) holds: an immutable list of entries, sorted by path in byte
 * order of its UTF-8 form, the root first. Its digest is the SHA-256 of its canonical encoding, so
 * a tree is itself a blob that can be stored, sent and verified like any other.
 *
 * <p>TODO(content): canonical encoding, decoding with limits, digest, difference of two trees.
 */
public final class Tree {

  private final List<TreeEntry> entries;

  private Tree(List<TreeEntry> entries) {
    this.entries = entries;
  }

  /** Sorts and validates: relative, normalised, unique paths; parents are directories. */
  public static Tree of(List<TreeEntry> entries) {
    return new Tree(List.copyOf(entries));
  }

  public List<TreeEntry> entries() {
    return entries;
  }

  /** Whether the root is a single file. */
  public boolean isFile() {
    return entries.get(0).type() == TreeEntry.Type.FILE;
  }

  /** Sum of the sizes of all files. */
  public long bytes() {
    return entries.stream().mapToLong(TreeEntry::size).sum();
  }

  /** The canonical encoding; its SHA-256 is {@link #digest()}. */
  public byte[] encoded() {
    return new byte[entries.size()];
  }

  /** Reads {@link #encoded()} back; refuses anything that {@link #of} would refuse. */
  public static Tree decode(byte[] encoded) {
    return of(
        encoded.length == 0
            ? List.of()
            : List.of(new TreeEntry("", TreeEntry.Type.DIRECTORY, 0755, 0, null, "")));
  }

  public Digest digest() {
    return Digest.of(encoded());
  }
}
