package io.jenkins.plugins.dockerfilebuild.dockerfile;

import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lines to logical lines to nodes: parser directives, comments, continuations, here-documents. One
 * parser serves one file.
 */
final class SyntaxTreeParser {

  private static final Set<String> WITH_HERE_DOCUMENTS = Set.of("RUN", "COPY", "ADD");

  /** Beyond what anybody writes: an engine takes some 125 layers of an image. */
  private static final int MOST_INSTRUCTIONS = 10_000;

  private final String file;
  private final byte[] content;
  private final SourceLines lines;
  private final DirectiveReader directives = new DirectiveReader("#");
  private final List<Node> nodes = new ArrayList<>();
  private final List<ParserWarning> warnings = new ArrayList<>();
  private char escape = ParserDirectives.DEFAULT_ESCAPE;

  SyntaxTreeParser(String file, byte[] content) {
    this.file = file;
    this.content = content;
    this.lines = new SourceLines(content);
  }

  SyntaxTree parse() {
    while (lines.hasNext()) {
      int startLine = lines.number() + 1;
      try {
        instruction(startLine);
      } catch (DockerfileException e) {
        throw e.at(file, startLine);
      }
    }
    if (nodes.isEmpty()) {
      throw new DockerfileException(
          file, lines.number(), "file with no instructions", Optional.empty());
    }
    if (lines.firstMalformed() > 0) {
      warnings.add(
          new ParserWarning(
              lines.firstMalformed(), "Not UTF-8: what cannot be read is replaced by U+FFFD"));
    }
    return new SyntaxTree(
        ParserDirectives.detect(escape, content), List.copyOf(nodes), List.copyOf(warnings));
  }

  /** Reads the next line, and if it is not a blank or a comment the whole instruction. */
  private void instruction(int startLine) {
    String line = Blanks.trimLeading(Blanks.trimLineEnd(lines.next()));
    directives
        .read(line)
        .filter(directive -> directive.name().equals("escape"))
        .ifPresent(directive -> escape = escapeCharacter(directive.value()));
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    if (nodes.size() == MOST_INSTRUCTIONS) {
      throw new DockerfileException(
          "there are more than %d instructions".formatted(MOST_INSTRUCTIONS));
    }
    String logicalLine = logicalLine(line);
    NodeReader reader = new NodeReader(escape);
    Node node = reader.read(logicalLine, new SourceRange(startLine, lines.number()));
    List<HereDocument> heredocs = heredocs(node);
    nodes.add(node.with(heredocs, new SourceRange(startLine, lines.number())));
  }

  private static char escapeCharacter(String value) {
    if (!value.equals("\\") && !value.equals("`")) {
      throw new DockerfileException("invalid escape token '" + value + "' does not match ` or \\");
    }
    return value.charAt(0);
  }

  /** The line and, while it ends in an escape, those that continue it. */
  private String logicalLine(String first) {
    StringBuilder joined = new StringBuilder();
    boolean blankInside = false;
    String line = first;
    boolean continues = append(line, joined);
    while (continues && lines.hasNext()) {
      line = Blanks.trimLineEnd(lines.next());
      String trimmed = Blanks.trimLeading(line);
      if (trimmed.isEmpty()) {
        blankInside = true;
      } else if (!trimmed.startsWith("#")) {
        continues = append(line, joined);
      }
    }
    if (blankInside) {
      warnings.add(
          new ParserWarning(lines.number(), "Empty continuation line found in: " + joined));
    }
    return joined.toString();
  }

  /**
   * Appends a line without the escape that ends it, and tells whether there was one. An escape
   * right behind another does not continue a line, however many there are.
   */
  private boolean append(String line, StringBuilder out) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean continues =
        end > 0 && line.charAt(end - 1) == escape && (end == 1 || line.charAt(end - 2) != escape);
    out.append(line, 0, continues ? end - 1 : line.length());
    return continues;
  }

  private List<HereDocument> heredocs(Node node) {
    Node holder = node.onbuild().orElse(node);
    if (holder.json()
        || !WITH_HERE_DOCUMENTS.contains(holder.keyword())
        || !node.text().contains("<<")) {
      return List.of();
    }
    List<HereDocument> complete = new ArrayList<>();
    for (HereDocument announced : HereDocument.announcedBy(node.text())) {
      complete.add(announced.withContent(body(announced)));
    }
    return List.copyOf(complete);
  }

  private String body(HereDocument document) {
    StringBuilder body = new StringBuilder();
    while (lines.hasNext()) {
      String line = lines.next();
      String terminator = Blanks.trimLineEnd(line);
      if (document.chomp()) {
        terminator = withoutLeadingTabs(terminator);
      }
      if (terminator.equals(document.name())) {
        return body.toString();
      }
      body.append(line);
    }
    throw new DockerfileException(
        "", 0, "unterminated heredoc", Optional.of("no line is only " + document.name()));
  }

  private static String withoutLeadingTabs(String line) {
    int start = 0;
    while (start < line.length() && line.charAt(start) == '\t') {
      start++;
    }
    return line.substring(start);
  }
}
