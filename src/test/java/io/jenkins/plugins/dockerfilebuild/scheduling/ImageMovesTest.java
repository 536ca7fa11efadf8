package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class ImageMovesTest {

  private final ImageMoves moves =
      new ImageMoves(new Progress(event -> {}, System::nanoTime), new InMemoryTransferRates());

  private static Agent throwing(RuntimeException problem) {
    return TestAgents.answering(
        "agent",
        1,
        (proxy, method, arguments) -> {
          throw problem;
        });
  }

  @Test
  void anInterruptedMoveIsNoLostAgent() {
    Agent agent = throwing(new CancellationException("interrupted"));
    assertThatThrownBy(() -> moves.move("image", agent, agent))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void aFailedMoveSaysWhatFailedAndMayBeTriedAgain() {
    Agent agent = throwing(new AgentLostException("the engine is gone", null));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> moves.move("image", agent, agent))
          .isInstanceOf(AgentLostException.class)
          .hasMessageContaining("the engine is gone");
    }
  }
}
