package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.build.OutputFailedException;
import io.jenkins.plugins.dockerfilebuild.content.ContextException;
import io.jenkins.plugins.dockerfilebuild.coordination.hazelcast.ClusterException;
import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.PushFailedException;
import io.jenkins.plugins.dockerfilebuild.execution.SourceNotFoundException;
import io.jenkins.plugins.dockerfilebuild.report.PrintableText;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;

/** Whatever ends a command early, as lines for the user and an exit status. */
final class Errors
    implements CommandLine.IParameterExceptionHandler, CommandLine.IExecutionExceptionHandler {

  private final PrintStream stream;
  private final BooleanSupplier debug;

  /** What the user is told. */
  private record Explanation(ExitStatus status, String problem, List<String> details) {}

  Errors(PrintStream stream, BooleanSupplier debug) {
    this.stream = stream;
    this.debug = debug;
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    List<String> details = new ArrayList<>();
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        details.add("did you mean " + String.join(" or ", near) + "?");
      }
    }
    details.add("see " + command.getCommandSpec().qualifiedName() + " --help");
    return tell(new Explanation(ExitStatus.INVALID, e.getMessage(), details), e);
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    return tell(e);
  }

  /** Tells what has ended a command, or a part of it; the answer is its exit status. */
  int tell(Throwable e) {
    return tell(explain(e), e);
  }

  private static Explanation explain(Throwable e) {
    if (e instanceof CommandFailure failure) {
      return new Explanation(failure.status(), failure.getMessage(), failure.details());
    }
    if (e instanceof DockerfileException refused) {
      return new Explanation(ExitStatus.INVALID, refused.problem(), place(refused));
    }
    if (e instanceof ContextException
        || e instanceof ImageUnavailableException
        || e instanceof OutputFailedException
        || e instanceof PushFailedException
        || e instanceof SourceNotFoundException) {
      return new Explanation(ExitStatus.FAILED, e.getMessage(), List.of());
    }
    if (e instanceof AgentLostException) {
      String remedy = "is the engine running, and may you use it? DOCKER_HOST or --agent name it";
      return new Explanation(ExitStatus.INFRASTRUCTURE, e.getMessage(), List.of(remedy));
    }
    if (e instanceof ClusterException) {
      String remedy = "is an agent of the pool running there? dockerfile-build agent starts one";
      return new Explanation(ExitStatus.INFRASTRUCTURE, e.getMessage(), List.of(remedy));
    }
    if (e instanceof InvalidPathException name) {
      String remedy = "letters beyond ASCII need a locale that has them, such as LC_ALL=C.UTF-8";
      return new Explanation(
          ExitStatus.INVALID, "not a file name: " + name.getInput(), List.of(remedy));
    }
    if (e instanceof UncheckedIOException failed) {
      String problem = failed.getMessage() + ": " + FileProblem.of(failed.getCause());
      return new Explanation(ExitStatus.INFRASTRUCTURE, problem, List.of());
    }
    return new Explanation(
        ExitStatus.FAILED,
        "unexpected: " + e,
        List.of("this is a fault of the program; --debug prints where it happened"));
  }

  private static List<String> place(DockerfileException refused) {
    List<String> details = new ArrayList<>();
    details.add(refused.file() + (refused.line() > 0 ? ":" + refused.line() : ""));
    refused.hint().ifPresent(details::add);
    return details;
  }

  private int tell(Explanation explanation, Throwable cause) {
    stream.println("error: " + PrintableText.of(explanation.problem()));
    explanation.details().forEach(detail -> stream.println("  " + PrintableText.of(detail)));
    if (debug.getAsBoolean()) {
      cause.printStackTrace(stream);
    }
    stream.flush();
    return explanation.status().code();
  }
}
