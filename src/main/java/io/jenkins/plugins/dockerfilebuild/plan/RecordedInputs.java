package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.content.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What went into the content key of a step once, kept so that a later miss can be explained. Holds
 * digests and short values; no content, and no values of variables that may be secret. Immutable.
 *
 * @param entries in the order of the key, names unique
 */
public record RecordedInputs(List<Entry> entries) {

  private static final int LONGEST_VALUE = 200;
  private static final int FIELDS = 6;

  public RecordedInputs {
    entries = List.copyOf(entries);
  }

  /**
   * One input.
   *
   * @param cause why a step misses when this input differs
   * @param name as in the key, such as {@code environment FOO}
   * @param label what the user calls it, such as {@code ARG FOO}; of content, where it was
   * @param value for the user; {@code ""} where it must not or need not be seen
   * @param digest of name and full value
   * @param tree of the content, where it was one of the build context
   */
  public record Entry(
      Miss.Cause cause,
      String name,
      String label,
      String value,
      Digest digest,
      Optional<Digest> tree) {}

  /**
   * Why these inputs do not have the key of {@code earlier} ones: the first in the order of the key
   * that differs, or else the first that is gone.
   *
   * @param trees finds a tree of either side by digest; what it lacks is told with less detail
   * @return empty when they are equal
   */
  public Optional<Miss> difference(RecordedInputs earlier, Function<Digest, Optional<Tree>> trees) {
    Map<String, Entry> gone = new LinkedHashMap<>();
    earlier.entries.forEach(entry -> gone.put(entry.name(), entry));
    MissDetail details = new MissDetail(trees);
    for (Entry now : entries) {
      Entry before = gone.remove(now.name());
      if (before == null) {
        return Optional.of(new Miss(now.cause(), details.added(now)));
      }
      if (!before.digest().equals(now.digest())) {
        return Optional.of(new Miss(now.cause(), details.changed(before, now)));
      }
    }
    return gone.values().stream()
        .findFirst()
        .map(entry -> new Miss(entry.cause(), details.removed(entry)));
  }

  /** One line for each entry, for {@link #parse}. */
  public List<String> lines() {
    return entries.stream().map(RecordedInputs::line).toList();
  }

  /**
   * Reads {@link #lines} back.
   *
   * @throws IllegalArgumentException a line is not one of them
   */
  public static RecordedInputs parse(List<String> lines) {
    return new RecordedInputs(lines.stream().map(RecordedInputs::entry).toList());
  }

  /** At most 200 characters of {@code value}, without control characters. */
  static String bounded(String value) {
    String plain = value.replaceAll("\\p{Cntrl}", " ");
    return plain.length() <= LONGEST_VALUE ? plain : plain.substring(0, LONGEST_VALUE) + "…";
  }

  private static String line(Entry entry) {
    return String.join(
        "\t",
        entry.cause().name(),
        entry.digest().hex(),
        entry.tree().map(Digest::hex).orElse("-"),
        escaped(entry.name()),
        escaped(entry.label()),
        escaped(entry.value()));
  }

  private static Entry entry(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not a recorded input: " + bounded(line));
    }
    List<String> texts = new ArrayList<>();
    for (int i = 3; i < FIELDS; i++) {
      texts.add(unescaped(fields[i]));
    }
    Optional<Digest> tree =
        fields[2].equals("-") ? Optional.empty() : Optional.of(new Digest(fields[2]));
    return new Entry(
        Miss.Cause.valueOf(fields[0]),
        texts.get(0),
        texts.get(1),
        texts.get(2),
        new Digest(fields[1]),
        tree);
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        plain.append(c);
      } else {
        char escape = text.charAt(++i);
        plain.append(
            switch (escape) {
              case 't' -> '\t';
              case 'n' -> '\n';
              case 'r' -> '\r';
              default -> escape;
            });
      }
    }
    return plain.toString();
  }
}
