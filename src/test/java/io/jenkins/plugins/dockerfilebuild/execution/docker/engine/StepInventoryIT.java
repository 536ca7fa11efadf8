package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.StepLabels;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.docker.AgentFixture;
import io.jenkins.plugins.dockerfilebuild.execution.docker.PrivateEngine;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that stays learns what others do on its engine. */
@Timeout(120)
class StepInventoryIT {

  @TempDir Path directory;
  private PrivateEngine privateEngine;

  @BeforeEach
  void start() throws Exception {
    privateEngine = PrivateEngine.start(Files.createDirectory(directory.resolve("engine")));
  }

  @Test
  void resultsOfOthersAppearAndRemovedOnesVanish() throws Exception {
    try (PrivateEngine engine = privateEngine;
        AgentFixture ours = connect(engine, "ours");
        AgentFixture other = connect(engine, "other")) {
      StepRequest first = other.shell("touch /first").withNetwork("none").request();
      StepRequest second = other.shell("touch /second").withNetwork("none").request();

      other.run(first);
      assertThat(ours.agent.inventory()).containsOnlyKeys(key(first));
      assertThat(ours.agent.inventory()).containsOnlyKeys(key(first));

      // From here on by events alone.
      other.run(second);
      await(() -> ours.agent.inventory().containsKey(key(second)));

      other.engine.remove(ours.agent.inventory().get(key(first)).imageId());
      await(() -> !ours.agent.inventory().containsKey(key(first)));
      assertThat(ours.agent.inventory()).containsOnlyKeys(key(second));
    }
  }

  @Test
  void ownResultsAreThereAtOnce() throws Exception {
    try (PrivateEngine engine = privateEngine;
        AgentFixture ours = connect(engine, "ours")) {
      ours.agent.inventory();
      ours.agent.inventory();
      StepRequest request = ours.shell("true").withNetwork("none").request();

      var made = (StepOutcome.Succeeded) ours.run(request);

      assertThat(ours.agent.inventory().get(key(request)).imageId()).isEqualTo(made.imageId());
    }
  }

  @Test
  void itListsAgainAfterItLostTheEvents() throws Exception {
    try (PrivateEngine engine = privateEngine;
        AgentFixture ours = connect(engine, "ours")) {
      ours.agent.inventory();
      ours.agent.inventory();

      engine.kill();

      await(() -> isRefused(ours));
    }
  }

  private static boolean isRefused(AgentFixture agent) {
    try {
      agent.agent.inventory();
      return false;
    } catch (AgentLostException e) {
      return true;
    }
  }

  private AgentFixture connect(PrivateEngine engine, String state) {
    return new AgentFixture(TestEngine.at(engine.host()), directory.resolve(state));
  }

  private static String key(StepRequest request) {
    return request.labels().get(StepLabels.KEY);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
