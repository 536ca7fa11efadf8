package io.jenkins.plugins.dockerfilebuild.content;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a directory (or a single file) holds: an immutable list of entries, sorted by path in byte
 * order of its UTF-8 form, the root first. Its digest is the SHA-256 of its canonical encoding
 * ({@link TreeEncoding}), so a tree is itself a blob that can be stored, sent and verified like any
 * other (decision 6).
 *
 * <p>A tree may carry the {@link ModificationTimes} of its entries. They are not part of its
 * identity: neither of the encoding, nor of the digest, nor of {@link #equals}.
 */
public final class Tree {

  /** Entries that a tree may have; an agent must not make a controller allocate without bound. */
  public static final int MAX_ENTRIES = 2_000_000;

  private final List<TreeEntry> entries;
  private final Optional<ModificationTimes> times;
  // Null until asked for; computed twice at worst, with the same result.
  private volatile Digest digest;
  // Likewise; kept because it is wanted several times: hashed, sent, stored, remembered.
  private volatile byte[] encoded;

  private Tree(List<TreeEntry> entries, Optional<ModificationTimes> times) {
    this.entries = entries;
    this.times = times;
  }

  /**
   * Sorts and validates: the root is there, paths are unique, parents are directories.
   *
   * @throws MalformedTreeException one of these does not hold
   */
  public static Tree of(List<TreeEntry> entries) {
    List<TreeEntry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(TreeEntry::path, TreeEncoding::compareBytes));
    return ofSorted(sorted);
  }

  /** As {@link #of}, but refuses entries that are not sorted. */
  static Tree ofSorted(List<TreeEntry> entries) {
    validate(entries);
    return new Tree(List.copyOf(entries), Optional.empty());
  }

  /** The same tree with the times of its entries, in their order. */
  public Tree withTimes(ModificationTimes modificationTimes) {
    if (modificationTimes.size() != entries.size()) {
      throw new MalformedTreeException(
          "%d times for %d entries".formatted(modificationTimes.size(), entries.size()));
    }
    Tree tree = new Tree(entries, Optional.of(modificationTimes));
    tree.digest = digest;
    tree.encoded = encoded;
    return tree;
  }

  public List<TreeEntry> entries() {
    return entries;
  }

  /** When the entries were last modified at their source, if that is known. */
  public Optional<ModificationTimes> times() {
    return times;
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
    return encoding().clone();
  }

  /** As {@link #encoded()}, not to be changed. */
  byte[] encoding() {
    byte[] known = encoded;
    if (known == null) {
      known = TreeEncoding.encode(entries);
      encoded = known;
    }
    return known;
  }

  /**
   * Reads {@link #encoded()} back. The bytes may come from anybody.
   *
   * @throws MalformedTreeException another format or version, anything that {@link #of} would
   *     refuse, entries out of order, bytes left over, or more than the limits allow
   */
  public static Tree decode(byte[] encoded) {
    Tree tree = ofSorted(TreeEncoding.decode(encoded));
    tree.digest = Digest.of(encoded);
    tree.encoded = encoded.clone();
    return tree;
  }

  public Digest digest() {
    Digest known = digest;
    if (known == null) {
      known = Digest.of(encoding());
      digest = known;
    }
    return known;
  }

  /** What has to happen to {@code before} to make it {@code after}. */
  public static TreeDifference difference(Tree before, Tree after) {
    return TreeDifference.between(before, after);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tree that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return digest().hashCode();
  }

  @Override
  public String toString() {
    return entries.size() + " entries, " + digest();
  }

  private static void validate(List<TreeEntry> entries) {
    if (entries.isEmpty() || !entries.get(0).path().isEmpty()) {
      throw new MalformedTreeException("a tree starts with its root");
    }
    if (entries.size() > MAX_ENTRIES) {
      throw new MalformedTreeException("a tree has more than " + MAX_ENTRIES + " entries");
    }
    Set<String> directories = new HashSet<>();
    String previous = null;
    for (TreeEntry entry : entries) {
      if (previous != null) {
        checkPosition(entry, previous, directories);
      }
      if (entry.isDirectory()) {
        directories.add(entry.path());
      }
      previous = entry.path();
    }
  }

  private static void checkPosition(TreeEntry entry, String previous, Set<String> directories) {
    int order = TreeEncoding.compareBytes(previous, entry.path());
    if (order == 0) {
      throw new MalformedTreeException(entry.path() + " is there twice");
    }
    if (order > 0) {
      throw new MalformedTreeException(entry.path() + " is out of order after " + previous);
    }
    if (!directories.contains(entry.parent())) {
      throw new MalformedTreeException(entry.path() + " is not below a directory of the tree");
    }
  }
}
