package io.jenkins.plugins.dockerfilebuild.report;

import java.util.ArrayList;
import java.util.List;

/** The lines of a Dockerfile around an instruction, numbered, the instruction's own marked. */
final class DockerfileExcerpt {

  private static final int AROUND = 2;
  private static final int MAX_MARKED = 30;

  private DockerfileExcerpt() {}

  /**
   * @param dockerfile all lines; may be empty where the text is not at hand
   * @param first 1-based, as {@code last}; 0 where the place is not known
   * @return such as {@code " >> 12 | RUN make"}; nothing where the place is not in the file
   */
  static List<String> of(List<String> dockerfile, int first, int last) {
    List<String> excerpt = new ArrayList<>();
    if (first < 1 || first > dockerfile.size()) {
      return excerpt;
    }
    int lastMarked = Math.min(Math.min(last, dockerfile.size()), first + MAX_MARKED - 1);
    int end = Math.min(lastMarked + AROUND, dockerfile.size());
    int digits = String.valueOf(end).length();
    for (int line = Math.max(1, first - AROUND); line <= end; line++) {
      String marker = line >= first && line <= lastMarked ? ">>" : "  ";
      String text = PrintableText.of(dockerfile.get(line - 1));
      excerpt.add(("  %s %" + digits + "d | %s").formatted(marker, line, text).stripTrailing());
    }
    return excerpt;
  }
}
