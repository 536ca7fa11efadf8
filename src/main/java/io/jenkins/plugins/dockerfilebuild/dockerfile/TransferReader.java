package io.jenkins.plugins.dockerfilebuild.dockerfile;

import io.jenkins.plugins.dockerfilebuild.dockerfile.InstructionFlags.Kind;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** COPY and ADD: sources that are paths, sources that are here-documents, a destination, flags. */
final class TransferReader {

  private final Node node;
  private final String text;
  private final List<String> sources = new ArrayList<>();
  private final List<HereDocument> heredocs = new ArrayList<>();

  TransferReader(Node node, String text) {
    this.node = node;
    this.text = text;
  }

  Instruction copy() {
    InstructionFlags flags = flags(List.of("from"), List.of("parents"));
    String destination = readSources();
    return new Instruction.Copy(
        node.range(),
        text,
        List.copyOf(sources),
        List.copyOf(heredocs),
        destination,
        flags.text("from"),
        flags.text("chown"),
        flags.text("chmod"),
        flags.isTrue("link"),
        flags.isTrue("parents"),
        flags.texts("exclude"));
  }

  Instruction add() {
    InstructionFlags flags = flags(List.of("checksum"), List.of("keep-git-dir", "unpack"));
    String destination = readSources();
    return new Instruction.Add(
        node.range(),
        text,
        List.copyOf(sources),
        List.copyOf(heredocs),
        destination,
        flags.text("chown"),
        flags.text("chmod"),
        flags.isTrue("link"),
        flags.texts("exclude"),
        flags.text("checksum"),
        flags.bool("keep-git-dir"),
        flags.bool("unpack"));
  }

  /** The flags that both instructions have, and those that only this one has. */
  private InstructionFlags flags(List<String> ownTexts, List<String> ownBooleans) {
    if (node.arguments().size() < 2) {
      throw new DockerfileException(
          node.keyword()
              + " requires at least two arguments, but only one was provided."
              + " Destination could not be determined");
    }
    Map<String, Kind> known = new LinkedHashMap<>();
    known.put("chown", Kind.TEXT);
    known.put("chmod", Kind.TEXT);
    known.put("link", Kind.BOOLEAN);
    known.put("exclude", Kind.TEXTS);
    ownTexts.forEach(name -> known.put(name, Kind.TEXT));
    ownBooleans.forEach(name -> known.put(name, Kind.BOOLEAN));
    return InstructionFlags.parse(node.flags(), known);
  }

  /** Sorts the sources by what they are, and returns the destination. */
  private String readSources() {
    int last = node.arguments().size() - 1;
    String destination = node.arguments().get(last);
    if (HereDocument.ofArgument(destination).isPresent()) {
      throw new DockerfileException(node.keyword() + " cannot accept a heredoc as a destination");
    }
    for (String source : node.arguments().subList(0, last)) {
      HereDocument.ofArgument(source)
          .ifPresentOrElse(
              document -> heredocs.add(withContent(document)), () -> sources.add(source));
    }
    return destination;
  }

  /** The content is found by name; where two documents have the name, it is the last's. */
  private HereDocument withContent(HereDocument announced) {
    announced.fileName();
    Optional<HereDocument> last =
        node.heredocs().stream()
            .filter(document -> document.name().equals(announced.name()))
            .reduce((first, second) -> second);
    return announced.withContent(last.map(HereDocument::content).orElse(""));
  }
}
