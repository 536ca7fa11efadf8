package io.jenkins.plugins.dockerfilebuild.report;

/** A terminal that understands the common ANSI sequences (ECMA-48). */
public interface TerminalScreen {

  /** Its width now; it may change between two calls. */
  int columns();

  /** Its height now. */
  int rows();

  /** Writes text with escape sequences at once and flushes it. */
  void write(String text);
}
