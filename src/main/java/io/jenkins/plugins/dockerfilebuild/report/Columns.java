package io.jenkins.plugins.dockerfilebuild.report;

/** How many columns of a terminal a printable text takes, and cutting it to fit. */
final class Columns {

  private static final int TAB = 8;

  /** Ranges of code points that take two columns (East Asian wide, emoji), first and last. */
  private static final int[][] WIDE = {
    {0x1100, 0x115f}, {0x231a, 0x231b}, {0x23e9, 0x23ec}, {0x2e80, 0x303e}, {0x3041, 0x33ff},
    {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
    {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1faff}, {0x20000, 0x3fffd}
  };

  private Columns() {}

  /** The width of a text that {@link PrintableText} has cleaned. */
  static int width(String text) {
    int column = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      column += width(text.codePointAt(i), column);
    }
    return column;
  }

  /** As much of {@code text} as fits into {@code columns}, tabs as blanks. */
  static String cut(String text, int columns) {
    StringBuilder cut = new StringBuilder(Math.min(text.length(), Math.max(columns, 0)));
    int column = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      int width = width(c, column);
      if (column + width > columns) {
        break;
      }
      if (c == '\t') {
        cut.append(" ".repeat(width));
      } else {
        cut.appendCodePoint(c);
      }
      column += width;
    }
    return cut.toString();
  }

  private static int width(int c, int column) {
    if (c == '\t') {
      return TAB - column % TAB;
    }
    if (c < 0x300) {
      return 1;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(c) ? 2 : 1;
    };
  }

  private static boolean isWide(int c) {
    for (int[] range : WIDE) {
      if (c >= range[0] && c <= range[1]) {
        return true;
      }
    }
    return false;
  }
}
