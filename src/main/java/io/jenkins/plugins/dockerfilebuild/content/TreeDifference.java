package io.jenkins.plugins.dockerfilebuild.content;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The difference of two trees, each list in the order of paths. Modification times do not count.
 *
 * @param added paths that only the later tree has
 * @param removed paths that only the earlier tree has
 * @param changed paths that both have with another type, mode, content or link target
 */
public record TreeDifference(List<String> added, List<String> removed, List<Change> changed) {

  private static final int PERMISSIONS = 07777;

  public TreeDifference {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }

  /** One path of both trees; {@link #toString()} is a phrase for people. */
  public record Change(TreeEntry before, TreeEntry after) {

    public String path() {
      return after.path();
    }

    /** Whether the bytes, the type and the link target are what they were. */
    public boolean isModeOnly() {
      return before.type() == after.type()
          && before.linkTarget().equals(after.linkTarget())
          && (before.content() == null || before.content().equals(after.content()));
    }

    /** As in {@code b.sh mode 644 -> 755}, {@code lib: directory -> symlink}, {@code a changed}. */
    @Override
    public String toString() {
      String name = display(path());
      if (isModeOnly()) {
        return "%s mode %o -> %o"
            .formatted(name, before.mode() & PERMISSIONS, after.mode() & PERMISSIONS);
      }
      return before.type() == after.type()
          ? name + " changed"
          : "%s: %s -> %s".formatted(name, word(before), word(after));
    }

    private static String word(TreeEntry entry) {
      return switch (entry.type()) {
        case FILE -> "file";
        case DIRECTORY -> "directory";
        case SYMLINK -> "symlink";
      };
    }
  }

  static TreeDifference between(Tree before, Tree after) {
    Comparator<TreeEntry> byPath =
        Comparator.comparing(TreeEntry::path, TreeEncoding::compareBytes);
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    List<Change> changed = new ArrayList<>();
    List<TreeEntry> old = before.entries();
    List<TreeEntry> young = after.entries();
    int o = 0;
    int y = 0;
    while (o < old.size() || y < young.size()) {
      int order =
          o == old.size() ? 1 : y == young.size() ? -1 : byPath.compare(old.get(o), young.get(y));
      if (order < 0) {
        removed.add(old.get(o++).path());
      } else if (order > 0) {
        added.add(young.get(y++).path());
      } else {
        Change change = new Change(old.get(o++), young.get(y++));
        if (!change.before().equals(change.after())) {
          changed.add(change);
        }
      }
    }
    return new TreeDifference(added, removed, changed);
  }

  /** Number of paths that differ. */
  public int size() {
    return added.size() + removed.size() + changed.size();
  }

  public boolean isEmpty() {
    return size() == 0;
  }

  /**
   * One line for a report: the first path, changed ones before added before removed ones, and how
   * many there are beside it: {@code src/App.java changed (and 2 more)}.
   */
  public String summary() {
    if (isEmpty()) {
      return "nothing changed";
    }
    String first =
        !changed.isEmpty()
            ? changed.get(0).toString()
            : !added.isEmpty()
                ? display(added.get(0)) + " added"
                : display(removed.get(0)) + " removed";
    return size() == 1 ? first : "%s (and %d more)".formatted(first, size() - 1);
  }

  private static String display(String path) {
    return path.isEmpty() ? "." : path;
  }
}
