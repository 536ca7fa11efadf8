package io.jenkins.plugins.dockerfilebuild.report;

import java.util.List;

/**
 * The lowest lines of a terminal, drawn anew with every frame, below lines that stay. A frame is
 * one write. Not thread-safe.
 *
 * <p>No line of the region ever wraps: each is cut one column short of the width, since a character
 * in the last column leaves terminals in different states. When the terminal has become narrower
 * since the last frame, the lines that were drawn have wrapped meanwhile (terminals reflow), and
 * the cursor goes up by as many rows as they take now.
 */
final class LiveRegion {

  private static final String ERASE_LINE_END = "\u001b[K";
  private static final String ERASE_BELOW = "\u001b[J";
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";

  private final TerminalScreen screen;
  private final boolean colours;
  private boolean opened = false;
  private int drawnColumns = 0;
  // Widths of the lines drawn last; the cursor stands at the start of the line below them.
  private int[] drawn = {};

  LiveRegion(TerminalScreen screen, boolean colours) {
    this.screen = screen;
    this.colours = colours;
  }

  /**
   * Draws a frame.
   *
   * @param finished lines that stay, above the region
   * @param live the region; those that do not fit the terminal's height are left out at the end
   */
  void draw(List<DisplayLine> finished, List<DisplayLine> live) {
    int columns = Math.max(screen.columns(), 2);
    StringBuilder frame = new StringBuilder(opened ? "" : HIDE_CURSOR);
    opened = true;
    frame.append(toTop(columns));
    finished.forEach(line -> frame.append(rendered(line, columns)));
    List<DisplayLine> visible =
        live.subList(0, Math.min(live.size(), Math.max(screen.rows() - 1, 0)));
    visible.forEach(line -> frame.append(rendered(line, columns)));
    screen.write(frame.append(ERASE_BELOW).toString());
    drawn = visible.stream().mapToInt(line -> Columns.width(cut(line, columns))).toArray();
    drawnColumns = columns;
  }

  /** Gives the cursor back. What was drawn last stays. */
  void close() {
    if (opened) {
      screen.write(SHOW_CURSOR);
      opened = false;
    }
  }

  private String toTop(int columns) {
    int rows = 0;
    for (int width : drawn) {
      rows += Math.max(1, (width + columns - 1) / columns);
    }
    String up = rows == 0 ? "" : "\r\u001b[" + rows + "A";
    return columns == drawnColumns ? up : up + (drawnColumns == 0 ? "" : ERASE_BELOW);
  }

  private String rendered(DisplayLine line, int columns) {
    String text = line.whole() ? line.text() : cut(line, columns);
    return (colours ? line.style().apply(text) : text) + ERASE_LINE_END + "\n";
  }

  private static String cut(DisplayLine line, int columns) {
    return Columns.cut(line.text(), columns - 1);
  }
}
