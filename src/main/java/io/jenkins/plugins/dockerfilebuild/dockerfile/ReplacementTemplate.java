package io.jenkins.plugins.dockerfilebuild.dockerfile;

/**
 * The replacement of {@code ${v//p/r}}. BuildKit hands it to Go's {@code Regexp.ReplaceAllString},
 * whose templates therefore work in it: {@code $0} or {@code ${0}} is what matched; other names are
 * groups that a pattern never has, so they are empty; {@code $$} is a dollar; a dollar before
 * anything else is itself.
 */
final class ReplacementTemplate {

  private ReplacementTemplate() {}

  static void append(StringBuilder out, String template, String matched) {
    int i = 0;
    while (i < template.length()) {
      int dollar = template.indexOf('$', i);
      if (dollar < 0) {
        break;
      }
      out.append(template, i, dollar);
      i = dollar + 1;
      if (template.startsWith("$", i)) {
        out.append('$');
        i++;
        continue;
      }
      boolean braced = template.startsWith("{", i);
      int start = braced ? i + 1 : i;
      int end = endOfName(template, start);
      if (end == start || (braced && !template.startsWith("}", end))) {
        out.append('$');
        continue;
      }
      if (template.substring(start, end).equals("0")) {
        out.append(matched);
      }
      i = braced ? end + 1 : end;
    }
    out.append(template, i, template.length());
  }

  private static int endOfName(String template, int start) {
    int end = start;
    while (end < template.length() && isNamePart(template.codePointAt(end))) {
      end += Character.charCount(template.codePointAt(end));
    }
    return end;
  }

  private static boolean isNamePart(int c) {
    return c == '_' || Character.isLetter(c) || Character.isDigit(c);
  }
}
