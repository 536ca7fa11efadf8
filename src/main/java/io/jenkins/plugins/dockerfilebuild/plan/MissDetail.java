package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import java.util.Optional;
import java.util.function.Function;

/** Words for the difference of two recorded inputs: one line, short values, nothing secret. */
final class MissDetail {

  private static final int LONGEST_EXCERPT = 40;
  private static final int LEAD = 12;

  private final Function<Digest, Optional<Tree>> trees;

  MissDetail(Function<Digest, Optional<Tree>> trees) {
    this.trees = trees;
  }

  String added(RecordedInputs.Entry now) {
    return now.label() + " added" + (now.value().isEmpty() ? "" : ": " + excerpt(now.value(), 0));
  }

  String removed(RecordedInputs.Entry before) {
    return before.label() + " removed";
  }

  String changed(RecordedInputs.Entry before, RecordedInputs.Entry now) {
    return switch (now.cause()) {
      case PARENT ->
          before.label().equals(now.label())
              ? now.label() + " has changed"
              : "starts from " + now.label() + ", was " + before.label();
      case MOUNT_CONTENT, COPIED_CONTENT -> contentChanged(before, now);
      default -> valueChanged(before, now);
    };
  }

  private String contentChanged(RecordedInputs.Entry before, RecordedInputs.Entry now) {
    Optional<Tree> old = before.tree().flatMap(trees);
    Optional<Tree> young = now.tree().flatMap(trees);
    if (old.isEmpty() || young.isEmpty()) {
      return (now.label().isEmpty() ? "the build context" : now.label()) + " changed";
    }
    String summary = Tree.difference(old.get(), young.get()).summary();
    if (now.label().isEmpty()) {
      return summary;
    }
    boolean root = summary.startsWith(". ") || summary.startsWith(".:");
    return now.label() + (root ? summary.substring(1) : "/" + summary);
  }

  private static String valueChanged(RecordedInputs.Entry before, RecordedInputs.Entry now) {
    int from = Math.max(0, commonPrefix(before.value(), now.value()) - LEAD);
    String old = excerpt(before.value(), from);
    String young = excerpt(now.value(), from);
    return old.equals(young)
        ? now.label() + " changed"
        : "%s %s -> %s".formatted(now.label(), old, young);
  }

  private static int commonPrefix(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i;
  }

  /** A short piece of {@code value}; it begins at {@code from} only if the whole is too long. */
  private static String excerpt(String value, int from) {
    if (value.isEmpty()) {
      return "\"\"";
    }
    if (value.length() <= LONGEST_EXCERPT) {
      return value;
    }
    int start = Math.min(from, value.length());
    int end = Math.min(value.length(), start + LONGEST_EXCERPT);
    return (start > 0 ? "…" : "") + value.substring(start, end) + (end < value.length() ? "…" : "");
  }
}
