package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Dockerfile;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code check}: whether files are valid Dockerfiles, without engine, arguments and context. */
@Command(
    name = "check",
    description = "Checks Dockerfiles without building them; exit status 2 if any is refused.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

  private final CommandIo io;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Dockerfiles; - is stdin.")
  private List<String> files;

  CheckCommand(CommandIo io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    ExitStatus status = ExitStatus.BUILT;
    for (String file : files) {
      if (!check(file)) {
        status = ExitStatus.INVALID;
      }
    }
    io.out().flush();
    return status.code();
  }

  private boolean check(String file) {
    try {
      report(DockerfileText.read(file, io).dockerfile());
      return true;
    } catch (DockerfileException | CommandFailure e) {
      io.err().println("error: " + PrintableText.of(e.getMessage()));
      return false;
    }
  }

  private void report(Dockerfile dockerfile) {
    for (ParserWarning warning : dockerfile.warnings()) {
      print("%s:%d: %s".formatted(dockerfile.file(), warning.line(), warning.message()));
    }
    for (String warning : StageCheck.warnings(dockerfile)) {
      print(dockerfile.file() + ":" + warning);
    }
    int instructions = dockerfile.stages().stream().mapToInt(s -> s.instructions().size()).sum();
    print(
        "%s: valid, %d stages with %d instructions"
            .formatted(dockerfile.file(), dockerfile.stages().size(), instructions));
  }

  private void print(String line) {
    io.out().println(PrintableText.of(line));
  }
}
