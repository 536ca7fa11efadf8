package io.jenkins.plugins.dockerfilebuild.dockerfile;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.CommandLine;
import java.util.List;
import java.util.Optional;

/**
 * What a RUN executes once its here-documents are taken in, as BuildKit does it ({@code
 * dispatchRun}). Variables are the shell's business; none are put in.
 */
public sealed interface RunScript {

  /** The exec form: a program with its arguments, no shell. */
  record Exec(List<String> words) implements RunScript {}

  /** A text for the shell: SHELL's words and then this as the last. */
  record ShellText(String text) implements RunScript {}

  /**
   * A here-document that starts with {@code #!}: it becomes a file with mode 0755, outside the
   * image, whose path is handed to the shell as the text. BuildKit has it in {@code /dev/pipes/}.
   *
   * @param name of the file, no path
   */
  record ScriptFile(String name, String content) implements RunScript {

    /** What stands behind {@code #!}: a program and, as Linux splits it, at most one argument. */
    public List<String> interpreter() {
      int end = content.indexOf('\n');
      String line = Blanks.trim(content.substring(2, end < 0 ? content.length() : end));
      return Blanks.split(line, 2);
    }
  }

  /**
   * @throws DockerfileException without a place, if a script's name cannot be a file's
   */
  static RunScript of(CommandLine command, List<HereDocument> heredocs) {
    if (!command.shellForm()) {
      return new Exec(command.words());
    }
    String line = String.join(" ", command.words());
    if (heredocs.isEmpty()) {
      return new ShellText(line);
    }
    Optional<HereDocument> whole = HereDocument.ofArgument(line).map(document -> heredocs.get(0));
    if (whole.isEmpty()) {
      return new ShellText(withBodies(line, heredocs));
    }
    String content = whole.get().text();
    return content.startsWith("#!")
        ? new ScriptFile(whole.get().fileName(), content)
        : new ShellText(content);
  }

  private static String withBodies(String line, List<HereDocument> heredocs) {
    StringBuilder text = new StringBuilder(line);
    heredocs.forEach(
        document -> text.append('\n').append(document.content()).append(document.name()));
    return text.toString();
  }
}
