package io.jenkins.plugins.dockerfilebuild.coordination;

import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord.Line;
import io.jenkins.plugins.dockerfilebuild.coordination.FlightRecord.PrintedLines;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The end of what a step prints: so much that followers can be given it at once. Thread-safe. */
final class PrintedTail {

  private static final int MAX_LINES = 500;
  private static final int MAX_CHARS = 64 * 1024;
  private static final int MAX_LINE = 4 * 1024;

  /** Guarded by this, as is what is below. */
  private final Deque<Line> lines = new ArrayDeque<>();

  private long first;
  private int chars;

  synchronized void add(String text, boolean error) {
    Line line = new Line(text.length() > MAX_LINE ? text.substring(0, MAX_LINE) : text, error);
    lines.add(line);
    chars += line.text().length();
    while (lines.size() > MAX_LINES || chars > MAX_CHARS) {
      chars -= lines.remove().text().length();
      first++;
    }
  }

  synchronized PrintedLines lines() {
    return new PrintedLines(first, List.copyOf(lines));
  }
}
