package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageCopy;
import java.util.OptionalLong;
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

  /** An agent without a way to another: what it is to have passes through the caller. */
  private static Agent fetchingNothing() {
    return TestAgents.answering(
        "receiver",
        1,
        (proxy, method, arguments) -> {
          if (method.getName().equals("fetchImage")) {
            return OptionalLong.empty();
          }
          throw new AssertionError("nobody should call " + method.getName());
        });
  }

  @Test
  void anInterruptedMoveIsNoLostAgent() {
    Agent agent = throwing(new CancellationException("interrupted"));
    assertThatThrownBy(() -> moves.move(ImageMoves.Moved.image("image"), agent, agent))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void aFailedMoveSaysWhatFailedAndMayBeTriedAgain() {
    Agent source = throwing(new AgentLostException("the engine is gone", null));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(
              () -> moves.move(ImageMoves.Moved.image("image"), fetchingNothing(), source))
          .isInstanceOf(AgentLostException.class)
          .hasMessageContaining("the engine is gone");
    }
  }

  @Test
  void whatTheSourceCannotGiveIsNotTheReceiversFault() {
    Agent source = throwing(new AgentLostException("its disk is full", null));
    assertThatThrownBy(() -> moves.move(ImageMoves.Moved.image("image"), source, fetchingNothing()))
        .isInstanceOf(ImageCopy.SourceFailedException.class)
        .hasMessageContaining("its disk is full");
  }
}
