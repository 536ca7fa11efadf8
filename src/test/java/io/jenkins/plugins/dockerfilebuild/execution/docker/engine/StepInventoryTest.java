package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over an engine that goes; the rest is {@code StepInventoryIT}'s. */
class StepInventoryTest {

  /**
   * Whoever asked waited for the stream to begin, and the stream for him before it told that it
   * would not: ten seconds of every build of a pool in which an engine had gone, until its ping was
   * refused as well.
   */
  @Test
  @Timeout(30)
  void anEngineThatBreaksOffItsEventsIsToldAtOnce() throws Exception {
    try (FakeEngine fake = new FakeEngine()) {
      fake.answers("GET /images/json", 200, "[]").answers("GET /_ping", 200, "OK");
      StepInventory inventory = new StepInventory(fake.engine());
      assertThat(inventory.byKey()).isEmpty();

      fake.breaksOff("GET /events");

      assertThat(catchThrowable(inventory::byKey)).isInstanceOf(AgentLostException.class);
      fake.answers("GET /events", 200, "");
      assertThat(inventory.byKey()).isEmpty();
    }
  }
}
