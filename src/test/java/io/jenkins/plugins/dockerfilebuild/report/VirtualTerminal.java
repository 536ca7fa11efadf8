package io.jenkins.plugins.dockerfilebuild.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A terminal in memory: wraps, scrolls, keeps what scrolled away, and reflows wrapped lines when
 * its width changes, as tmux and VTE do. Knows the sequences that the display uses and fails on
 * others.
 */
final class VirtualTerminal implements TerminalScreen {

  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[(\\??\\d*)([A-Za-z])");

  /** A row; {@code wrapped} means that the next row continues it. */
  private static final class Row {
    private final StringBuilder text = new StringBuilder();
    private boolean wrapped = false;
  }

  private final List<Row> rows = new ArrayList<>(List.of(new Row()));
  private int columns;
  private int height;
  private int row = 0;
  private int column = 0;
  private int writes = 0;
  private boolean cursorVisible = true;

  VirtualTerminal(int columns, int height) {
    this.columns = columns;
    this.height = height;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int rows() {
    return height;
  }

  @Override
  public void write(String text) {
    writes++;
    Matcher sequence = SEQUENCE.matcher(text);
    int next = 0;
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == '\u001b') {
        if (!sequence.region(next, text.length()).lookingAt()) {
          throw new IllegalArgumentException("unknown sequence at " + next);
        }
        obey(sequence.group(1), sequence.group(2));
        next = sequence.end();
      } else {
        print(c);
        next++;
      }
    }
  }

  private void obey(String parameter, String command) {
    switch (parameter + command) {
      case "K" -> eraseFrom(row, column);
      case "J" -> {
        eraseFrom(row, column);
        while (rows.size() > row + 1) {
          rows.remove(rows.size() - 1);
        }
      }
      case "?25l" -> cursorVisible = false;
      case "?25h" -> cursorVisible = true;
      default -> {
        if (command.equals("A")) {
          row = Math.max(top(), row - Integer.parseInt(parameter));
        } else if (!command.equals("m")) {
          throw new IllegalArgumentException("unknown sequence " + parameter + command);
        }
      }
    }
  }

  private int top() {
    return Math.max(0, rows.size() - height);
  }

  private void eraseFrom(int line, int from) {
    Row erased = rows.get(line);
    erased.text.setLength(Math.min(from, erased.text.length()));
    erased.wrapped = false;
  }

  private void print(char c) {
    if (c == '\r') {
      column = 0;
    } else if (c == '\n') {
      column = 0;
      down();
    } else {
      if (column == columns) {
        rows.get(row).wrapped = true;
        column = 0;
        down();
      }
      StringBuilder text = rows.get(row).text;
      while (text.length() <= column) {
        text.append(' ');
      }
      text.setCharAt(column, c);
      column++;
    }
  }

  private void down() {
    row++;
    if (row == rows.size()) {
      rows.add(new Row());
    }
  }

  /** Changes the size; lines that the width now cuts go on in the next row. */
  void resize(int newColumns, int newHeight) {
    List<Row> reflowed = new ArrayList<>();
    int newRow = 0;
    int line = 0;
    while (line < rows.size()) {
      StringBuilder whole = new StringBuilder(rows.get(line).text);
      boolean holdsCursor = line == row;
      while (rows.get(line).wrapped) {
        line++;
        holdsCursor |= line == row;
        whole.append(rows.get(line).text);
      }
      line++;
      do {
        Row part = new Row();
        part.text.append(whole, 0, Math.min(newColumns, whole.length()));
        whole.delete(0, newColumns);
        part.wrapped = whole.length() > 0;
        reflowed.add(part);
      } while (whole.length() > 0);
      if (holdsCursor) {
        newRow = reflowed.size() - 1;
      }
    }
    rows.clear();
    rows.addAll(reflowed);
    row = newRow;
    columns = newColumns;
    height = newHeight;
  }

  /** All rows, those that scrolled away included, without blank ones at the end. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    rows.forEach(r -> text.add(r.text.toString().stripTrailing()));
    while (!text.isEmpty() && text.get(text.size() - 1).isEmpty()) {
      text.remove(text.size() - 1);
    }
    return text;
  }

  /** Whether any line was too wide for its row. */
  boolean hasWrapped() {
    return rows.stream().anyMatch(r -> r.wrapped);
  }

  boolean cursorVisible() {
    return cursorVisible;
  }

  int writes() {
    return writes;
  }
}
