package io.jenkins.plugins.dockerfilebuild.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last lines that a step printed, within a limit of lines and of characters, so that no output
 * can fill the memory. Not thread-safe.
 */
final class OutputTail {

  /** What the report and the plain console show of a failed step. */
  static final int SHOWN_LINES = 20;

  private static final int MAX_LINE = 4_000;
  private static final int MAX_CHARACTERS = 256 * 1024;

  private final int maxLines;
  private final Deque<String> lines = new ArrayDeque<>();
  private int characters = 0;
  private long dropped = 0;

  OutputTail(int maxLines) {
    this.maxLines = maxLines;
  }

  void add(String line) {
    String kept = line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + " [cut]" : line;
    lines.addLast(kept);
    characters += kept.length();
    while (lines.size() > maxLines || characters > MAX_CHARACTERS) {
      characters -= lines.removeFirst().length();
      dropped++;
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** The newest {@code count} lines, oldest first. */
  List<String> last(int count) {
    return lines.stream().skip(Math.max(0, lines.size() - count)).toList();
  }

  /** How many lines came before those that are left. */
  long dropped() {
    return dropped;
  }
}
