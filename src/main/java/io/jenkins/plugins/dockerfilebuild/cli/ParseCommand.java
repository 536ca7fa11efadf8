package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.SyntaxTree;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parse}: what the first stage of the parser makes of files, one after the other. */
@Command(
    name = "parse",
    description = "Prints the instructions of Dockerfiles; exit status 2 if any is refused.",
    mixinStandardHelpOptions = true)
final class ParseCommand implements Callable<Integer> {

  private final CommandIo io;

  @Option(names = "--json", description = "One JSON object a line, one for each file.")
  private boolean json;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Dockerfiles; - is stdin.")
  private List<String> files;

  ParseCommand(CommandIo io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    ExitStatus status = ExitStatus.BUILT;
    for (String file : files) {
      if (!parse(file)) {
        status = ExitStatus.INVALID;
      }
    }
    io.out().flush();
    return status.code();
  }

  private boolean parse(String file) {
    try {
      SyntaxTree tree = DockerfileText.read(file, io).syntaxTree();
      if (json) {
        io.out().println(SyntaxTreeJson.of(tree));
      } else {
        print(file, tree);
      }
      return true;
    } catch (DockerfileException e) {
      refuse(e.problem(), e.line(), e);
    } catch (CommandFailure e) {
      refuse(e.getMessage(), 0, e);
    }
    return false;
  }

  private void refuse(String problem, int line, Exception e) {
    if (json) {
      io.out().println(SyntaxTreeJson.ofError(problem, line));
    } else {
      io.err().println("error: " + PrintableText.of(e.getMessage()));
    }
  }

  private void print(String file, SyntaxTree tree) {
    for (SyntaxTree.Node node : tree.instructions()) {
      String line = "%s:%d %s".formatted(file, node.range().startLine(), node.text());
      io.out().println(PrintableText.of(line));
    }
  }
}
