package io.jenkins.plugins.dockerfilebuild.cli;

/** How the process ends. The numbers are a contract with scripts. */
enum ExitStatus {
  BUILT(0),
  /** The build failed, or was canceled from within. */
  FAILED(1),
  /** Wrong usage, or a Dockerfile that is refused. */
  INVALID(2),
  /** No engine, no agent, or infrastructure that was lost and could not be replaced. */
  INFRASTRUCTURE(3);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
