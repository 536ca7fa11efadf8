package io.jenkins.plugins.dockerfilebuild.report;

/**
 * A page under construction. Text and attribute values are escaped as they go in; markup comes from
 * constants of the program only. Not thread-safe.
 */
final class HtmlText {

  private final StringBuilder html = new StringBuilder();

  /** Markup as it is; {@code constant} never holds anything foreign. */
  HtmlText markup(String constant) {
    html.append(constant);
    return this;
  }

  /** Foreign text, freed of control characters and escaped. */
  HtmlText text(String text) {
    PrintableText.of(text).codePoints().forEach(this::escape);
    return this;
  }

  /** An element that holds nothing but foreign text. */
  HtmlText element(String name, String text) {
    return markup("<" + name + ">").text(text).markup("</" + name + ">");
  }

  /** As {@link #element(String, String)}, with a class of our own style sheet. */
  HtmlText element(String name, String cssClass, String text) {
    return markup("<" + name + " class=\"" + cssClass + "\">").text(text).markup("</" + name + ">");
  }

  private void escape(int c) {
    switch (c) {
      case '&' -> html.append("&amp;");
      case '<' -> html.append("&lt;");
      case '>' -> html.append("&gt;");
      case '"' -> html.append("&quot;");
      case '\'' -> html.append("&#39;");
      case '`' -> html.append("&#96;");
      default -> html.appendCodePoint(c);
    }
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
