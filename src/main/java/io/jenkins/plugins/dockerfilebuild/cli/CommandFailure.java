package io.jenkins.plugins.dockerfilebuild.cli;

import java.util.List;

/**
 * Ends a command with a message for the user: what is wrong, then where or what to do, by lines.
 */
final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ExitStatus status;
  private final transient List<String> details;

  CommandFailure(ExitStatus status, String problem, List<String> details, Throwable cause) {
    super(problem, cause);
    this.status = status;
    this.details = List.copyOf(details);
  }

  /** What the user typed cannot be meant so. */
  static CommandFailure usage(String problem, String... details) {
    return new CommandFailure(ExitStatus.INVALID, problem, List.of(details), null);
  }

  ExitStatus status() {
    return status;
  }

  List<String> details() {
    return details;
  }
}
