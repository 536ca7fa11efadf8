package io.jenkins.plugins.dockerfilebuild.execution.link;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import java.io.IOException;

/**
 * A call of {@link AgentServices} as a value: its arguments are the components, its answer has the
 * type {@code A}. Names on the wire stand in {@code @JsonTypeName} and never change their meaning.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "call")
sealed interface AgentCall<A> permits ServiceCall, ReplicaCall {

  /** Makes the call at the agent. */
  A answer(AgentServices agent, Exchange exchange) throws IOException;

  /** The answer of a call that has none: frames know no null. */
  record Nothing() {
    static final Nothing VALUE = new Nothing();
  }
}
