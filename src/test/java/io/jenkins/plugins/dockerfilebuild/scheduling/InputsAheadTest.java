package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Kind;
import io.jenkins.plugins.dockerfilebuild.coordination.TransferRates.Route;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedStep;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three results on three agents, of which a step needs all, and another the first two. */
@Timeout(60)
class InputsAheadTest {

  @TempDir private Path directory;

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final List<Agent> agents = List.of(agent("a1"), agent("a2"), agent("a3"));
  private final AgentPool pool = new Slots(agents);

  /** What happens while an image moves. */
  private volatile Runnable whileMoving = () -> {};

  /** What is to be done after the pause. */
  private final Queue<Runnable> held = new ArrayDeque<>();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TransferRates rates = new InMemoryTransferRates();
  private BuildPlan plan;
  private Roots roots;
  private InputsAhead ahead;

  private Agent agent(String name) {
    return TestAgents.answering(
        name,
        1,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "describe" -> TestAgents.description((String) arguments[0], 1_000_000);
              case "digestOf" -> {
                // By whichever agent has it: it may have come to another by then.
                asked.add("read " + arguments[0]);
                yield Digest.of("content of " + arguments[0]);
              }
              case "fetchImage" -> {
                whileMoving.run();
                asked.add(name + " takes " + arguments[0] + " from " + arguments[1]);
                yield Optional.of(new ReceivedImage((String) arguments[0], 10));
              }
              default -> throw new AssertionError("nobody should call " + method.getName());
            });
  }

  @BeforeEach
  void plan() {
    plan =
        TestPlans.of(
            directory,
            "FROM scratch AS a\nRUN a",
            "FROM scratch AS b\nRUN b",
            "FROM scratch AS c\nRUN c",
            "FROM scratch AS some\nRUN --mount=from=a,target=/a --mount=from=b,target=/b x",
            "FROM scratch\nCOPY --from=some / /",
            "RUN --mount=from=a,target=/a --mount=from=b,target=/b --mount=from=c,target=/c x");
    TestRoots known = TestRoots.over(pool, rates, plan.steps(), threads);
    roots = known.roots();
    ahead = new InputsAhead(known.files(), known.estimates(), pool, threads -> held::add);
  }

  @AfterEach
  void stop() {
    ahead.close();
    threads.shutdownNow();
  }

  private PlannedStep stepOf(String mount) {
    return plan.steps().stream()
        .filter(step -> step.place().text().contains(mount))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private void made(int step, PlannedStep waiting) {
    Located image = new Located(agents.get(step), "image-" + step);
    roots.put(step, new StepResult(plan.definitionKeys().get(step), image));
    ahead.arrived(step, waiting);
  }

  /** The pause passes. */
  private void pass() {
    for (Runnable task = held.poll(); task != null; task = held.poll()) {
      task.run();
    }
  }

  private List<String> take(int count) throws InterruptedException {
    pass();
    List<String> taken = new ArrayList<>();
    while (taken.size() < count) {
      taken.add(asked.take());
    }
    return taken;
  }

  @Test
  void whatIsThereIsReadAndComesToOneAgentWhileTheLastIsStillMade() throws Exception {
    PlannedStep last = stepOf("target=/c");
    made(0, last);
    made(1, last);

    assertThat(take(3))
        .containsExactlyInAnyOrder("read image-0", "read image-1", "a1 takes image-1 from a2");
  }

  @Test
  void speedsThatAreMeasuredOnTheWayDoNotSendTheNextElsewhere() throws Exception {
    rates.measured(new Route(Kind.IMAGE, "a1", "a2"), 1_000_000_000, 1);
    rates.measured(new Route(Kind.IMAGE, "a2", "a1"), 1_000, 60);
    made(0, stepOf("target=/c"));
    made(1, stepOf("target=/c"));

    assertThat(take(3)).contains("a1 takes image-1 from a2");
  }

  @Test
  void aStepThatHasBegunSeesToItself() throws Exception {
    ahead.begins(stepOf("target=/c"));
    made(0, stepOf("target=/c"));
    made(1, stepOf("target=/b x"));

    assertThat(take(2)).containsExactlyInAnyOrder("read image-1", "a1 takes image-1 from a2");
  }

  @Test
  void aStepThatBeginsWithinThePauseSeesToItself() {
    PlannedStep last = stepOf("target=/c");
    made(0, last);
    made(1, last);
    ahead.begins(last);

    pass();
    assertThat(asked).isEmpty();
  }

  @Test
  void whatAStepThatStandsByNeedsComesToThatAgent() throws Exception {
    PlannedStep last = stepOf("target=/b x");
    made(0, last);
    made(1, last);
    held.clear();
    ahead.begins(last);

    ahead.standsBy(last, agents.get(2));

    assertThat(take(2)).containsExactly("a3 takes image-0 from a1", "a3 takes image-1 from a2");
  }

  @Test
  void aStepThatHasItsPlaceSeesToWhatIsNotThereYet() throws Exception {
    PlannedStep last = stepOf("target=/b x");
    made(0, last);
    made(1, last);
    held.clear();
    whileMoving = () -> ahead.placed(last);

    ahead.standsBy(last, agents.get(2));

    assertThat(take(1)).containsExactly("a3 takes image-0 from a1");
    ahead.standsBy(stepOf("target=/c"), agents.get(1));
    assertThat(take(1)).allMatch(taken -> taken.startsWith("a2 takes image-0 from "));
    assertThat(asked).isEmpty();
  }

  @Test
  void aStepThatWaitsAgainAfterItsAgentWasLostStandsByAnew() throws Exception {
    PlannedStep last = stepOf("target=/b x");
    made(0, last);
    held.clear();
    ahead.standsBy(last, agents.get(1));
    ahead.standsBy(last, agents.get(0));
    assertThat(take(1)).containsExactly("a2 takes image-0 from a1");
    ahead.placed(last);

    ahead.standsBy(last, agents.get(2));

    assertThat(take(1)).allMatch(taken -> taken.startsWith("a3 takes image-0 from "));
  }

  @Test
  void theInputsOfAStepThatLosesItsTurnAgainAndAgainDoNotGoRoundThePool() throws Exception {
    PlannedStep last = stepOf("target=/c");
    PlannedStep other = stepOf("target=/b x");
    made(2, last);
    held.clear();

    ahead.standsBy(last, agents.get(0));
    assertThat(take(1)).containsExactly("a1 takes image-2 from a3");
    ahead.standsBy(last, agents.get(1));
    assertThat(take(1)).allMatch(taken -> taken.startsWith("a2 takes image-2 from "));
    made(0, other);
    held.clear();
    ahead.standsBy(last, agents.get(2));
    ahead.standsBy(other, agents.get(1));

    assertThat(take(1)).containsExactly("a2 takes image-0 from a1");
    assertThat(asked).isEmpty();
  }
}
