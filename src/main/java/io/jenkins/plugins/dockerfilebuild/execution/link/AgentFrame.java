package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** What an agent answers to a {@link CallerFrame}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "frame")
sealed interface AgentFrame {

  /**
   * Events that were not told before.
   *
   * @param first the index of the first of them; answers may overtake one another
   */
  @JsonTypeName("events")
  record Events(long first, List<OperationEvent> events) implements AgentFrame {
    public Events {
      if (first < 0) {
        throw new IllegalArgumentException("events have indices from 0");
      }
      events = List.copyOf(events);
    }
  }

  /** Whether there was room for a batch; if not, it is to be sent again. */
  @JsonTypeName("taken")
  record Taken(boolean taken) implements AgentFrame {}

  /** The frame could not be handled; the operation, if there is one, goes on. */
  @JsonTypeName("refused")
  record Refused(Problem problem) implements AgentFrame {}
}
