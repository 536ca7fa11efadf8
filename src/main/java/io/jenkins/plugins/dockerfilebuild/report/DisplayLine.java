package io.jenkins.plugins.dockerfilebuild.report;

/**
 * One line for a terminal.
 *
 * @param text printable, without escape sequences
 * @param whole whether the terminal may wrap it; otherwise it is cut to the terminal's width
 */
record DisplayLine(String text, Style style, boolean whole) {

  static DisplayLine of(String text) {
    return new DisplayLine(text, Style.NORMAL, false);
  }

  static DisplayLine of(Style style, String text) {
    return new DisplayLine(text, style, false);
  }

  static DisplayLine whole(Style style, String text) {
    return new DisplayLine(text, style, true);
  }

  /** How a line looks: the parameters of SGR. */
  enum Style {
    NORMAL(""),
    STRONG("1"),
    FAINT("2"),
    GOOD("32"),
    BAD("31");

    private final String parameters;

    Style(String parameters) {
      this.parameters = parameters;
    }

    String apply(String text) {
      return parameters.isEmpty() ? text : "\u001b[" + parameters + "m" + text + "\u001b[0m";
    }
  }
}
