package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import java.util.List;

/** What an operation tells its caller, in order. The last is {@link Done} or {@link Failed}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
sealed interface OperationEvent {

  /** Bytes that it holds in memory, about. */
  default int weight() {
    return 64;
  }

  /** Whether it is the last. */
  default boolean isEnd() {
    return false;
  }

  /** A line of output. */
  @JsonTypeName("line")
  record Line(String text, boolean error) implements OperationEvent {
    @Override
    public int weight() {
      return 64 + 2 * text.length();
    }
  }

  /** The command of a step has ended well. */
  @JsonTypeName("command-ended")
  record CommandEnded() implements OperationEvent {}

  /** The next bytes of a stream. */
  @JsonTypeName("data")
  record Data(Bytes bytes) implements OperationEvent {
    @Override
    public int weight() {
      return 64 + bytes.size();
    }
  }

  /**
   * A step asks an SSH agent of the caller's; it waits for the {@link CallerFrame.SshAnswer}.
   *
   * @param question its number, unique in the operation
   * @param id of the mount
   */
  @JsonTypeName("ssh-question")
  record SshQuestion(long question, String id, Bytes request) implements OperationEvent {
    @Override
    public int weight() {
      return 64 + request.size();
    }
  }

  /** A replica that is held until the operation is canceled. */
  @JsonTypeName("opened")
  record Opened(CacheReplicas.Use use) implements OperationEvent {}

  /** The caller waits for a place; who is served before, the first of them. */
  @JsonTypeName("waits-for")
  record WaitsFor(List<PlaceHolder> ahead) implements OperationEvent {
    public WaitsFor {
      ahead = List.copyOf(ahead);
    }

    @Override
    public int weight() {
      return 64 + ahead.stream().mapToInt(holder -> 64 + 2 * holder.who().length()).sum();
    }
  }

  /** The caller has a place until the operation is canceled. */
  @JsonTypeName("granted")
  record Granted() implements OperationEvent {}

  /** How a push goes on: layers that are there, of those known. */
  @JsonTypeName("push-progress")
  record PushProgress(int done, int layers) implements OperationEvent {}

  /**
   * The call has an answer.
   *
   * @param value encoded as the answer type of the {@link AgentCall}
   */
  @JsonTypeName("done")
  record Done(Bytes value) implements OperationEvent {
    @Override
    public boolean isEnd() {
      return true;
    }
  }

  /** The call threw. */
  @JsonTypeName("failed")
  record Failed(Problem problem) implements OperationEvent {
    @Override
    public boolean isEnd() {
      return true;
    }
  }
}
