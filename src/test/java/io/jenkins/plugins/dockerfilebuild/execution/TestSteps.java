package io.jenkins.plugins.dockerfilebuild.execution;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Steps for tests to which only the operation matters. */
public final class TestSteps {

  private TestSteps() {}

  /** From scratch, as root, with nothing in its environment. */
  public static StepRequest of(StepRequest.Operation operation) {
    return new StepRequest(
        Optional.empty(), "linux/amd64", Map.of(), List.of(), "", "/", List.of(), operation, false);
  }
}
