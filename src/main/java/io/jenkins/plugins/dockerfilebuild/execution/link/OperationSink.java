package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.PushListener;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import java.io.IOException;
import java.io.OutputStream;

/** Where a caller wants what an operation tells before it ends. Called by the calling thread. */
@FunctionalInterface
interface OperationSink {

  /**
   * @param answers takes answers to the questions among the events
   */
  void on(OperationEvent event, Answers answers) throws IOException;

  /** Sends an answer to the agent; does not wait. */
  @FunctionalInterface
  interface Answers {
    void send(long question, Bytes answer);
  }

  /** For operations that tell nothing. */
  static OperationSink none() {
    return (event, answers) -> {
      throw new IOException("the agent sent what nobody asked for");
    };
  }

  static OperationSink step(StepOutput output) {
    return (event, answers) -> {
      if (event instanceof OperationEvent.Line line) {
        output.line(line.text(), line.error());
      } else if (event instanceof OperationEvent.CommandEnded) {
        output.commandEnded();
      } else if (event instanceof OperationEvent.SshQuestion question) {
        answers.send(question.question(), answer(question, output));
      } else {
        throw new IOException("the agent sent bytes where lines belong");
      }
    };
  }

  private static Bytes answer(OperationEvent.SshQuestion question, StepOutput output) {
    try {
      return Bytes.of(output.sshAgent(question.id(), question.request().toArray()));
    } catch (IOException e) {
      return Bytes.of(new byte[] {StepOutput.SSH_AGENT_FAILURE});
    }
  }

  static OperationSink push(PushListener listener) {
    return (event, answers) -> {
      if (!(event instanceof OperationEvent.PushProgress progress)) {
        throw new IOException("the agent sent what nobody asked for");
      }
      listener.progress(progress.done(), progress.layers());
    };
  }

  static OperationSink bytes(OutputStream out) {
    return (event, answers) -> {
      if (!(event instanceof OperationEvent.Data data)) {
        throw new IOException("the agent sent lines where bytes belong");
      }
      data.bytes().openStream().transferTo(out);
    };
  }
}
