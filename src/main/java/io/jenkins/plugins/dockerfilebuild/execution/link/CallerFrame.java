package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.util.regex.Pattern;

/** What a caller sends about one operation. {@code waitMillis}: how long the answer may take. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "frame")
sealed interface CallerFrame {

  Pattern ID = Pattern.compile("[0-9a-f-]{1,64}");

  /** The caller's name of the operation, unique for ever. */
  String id();

  private static void check(String id, int waitMillis) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not the id of an operation");
    }
    if (waitMillis < 0 || waitMillis > 2 * LinkLimits.POLL.toMillis()) {
      throw new IllegalArgumentException("waiting for " + waitMillis + " ms is too long");
    }
  }

  /** Begins an operation; answered as a {@link Poll}. */
  @JsonTypeName("start")
  record Start(String id, AgentCall<?> call, int waitMillis) implements CallerFrame {
    public Start {
      check(id, waitMillis);
    }
  }

  /** Asks for events; answered with those that are there, as soon as there are any. */
  @JsonTypeName("poll")
  record Poll(String id, int waitMillis) implements CallerFrame {
    public Poll {
      check(id, waitMillis);
    }
  }

  /**
   * The next bytes of the stream that the operation reads; answered when there is room for them.
   *
   * @param index 0, 1, 2, …; they may overtake one another
   * @param last whether the stream ends with it
   */
  @JsonTypeName("batch")
  record Batch(String id, long index, Bytes bytes, boolean last, int waitMillis)
      implements CallerFrame {
    public Batch {
      check(id, waitMillis);
      if (index < 0 || bytes.size() > LinkLimits.BATCH_BYTES) {
        throw new IllegalArgumentException("not a batch");
      }
    }
  }

  /**
   * What an SSH agent of the caller's answered.
   *
   * @param answer without its length, or a failure of that protocol
   */
  @JsonTypeName("ssh-answer")
  record SshAnswer(String id, long question, Bytes answer) implements CallerFrame {
    public SshAnswer {
      check(id, 0);
    }
  }

  /**
   * The caller is there, though it asks for nothing: it still takes what it was told, into a disk
   * or another agent that is slow.
   */
  @JsonTypeName("here")
  record Here(String id) implements CallerFrame {
    public Here {
      check(id, 0);
    }
  }

  /** Interrupts an operation; how it ends is an event as always. */
  @JsonTypeName("cancel")
  record Cancel(String id) implements CallerFrame {
    public Cancel {
      check(id, 0);
    }
  }
}
