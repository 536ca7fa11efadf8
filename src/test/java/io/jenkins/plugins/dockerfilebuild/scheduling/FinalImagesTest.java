package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentPlaces;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The result of the last step lies on the second of three agents. */
class FinalImagesTest {

  private static final List<String> NAMELESS = List.of();

  @TempDir private Path directory;

  private final List<String> asked = new ArrayList<>();
  private final List<Agent> agents = List.of(agent("a1"), agent("a2"), agent("a3"));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> made = new ArrayList<>();
  private final List<BuildEvent> told = new ArrayList<>();
  private boolean holderIsLost;

  private Agent agent(String name) {
    return TestAgents.answering(
        name,
        1,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "describe" -> TestAgents.description((String) arguments[0], 1_000_000);
              case "fetchImage" -> {
                asked.add(name + " takes " + arguments[0] + " from " + arguments[1]);
                yield Optional.of(new ReceivedImage(arguments[0] + " on " + name, 10));
              }
              case "assemble" -> {
                if (holderIsLost && name.equals("a2")) {
                  throw new AgentLostException("gone", null);
                }
                made.add(name + " of " + arguments[0]);
                yield "final";
              }
              default -> throw new AssertionError("nobody should call " + method.getName());
            });
  }

  private AgentPool ofNobody() {
    Map<Agent, AgentPlaces> places = new LinkedHashMap<>();
    for (Agent agent : agents) {
      places.put(
          agent,
          (who, changed) -> {
            throw new AssertionError("no step runs here");
          });
    }
    SharedPlaces.Members members =
        new SharedPlaces.Members() {
          @Override
          public Map<Agent, AgentPlaces> places() {
            return places;
          }

          @Override
          public List<Agent> all() {
            return agents;
          }
        };
    return new SharedPlaces(members, "a build");
  }

  /** Where the image is made. */
  private String home(AgentPool pool, List<String> tags) throws InterruptedException {
    BuildPlan plan = TestPlans.of(directory, "FROM scratch", "RUN x");
    Progress progress = new Progress(told::add, () -> 0);
    Roots roots = TestRoots.over(pool, new InMemoryTransferRates(), plan.steps(), threads).roots();
    Located result = new Located(agents.get(1), "result");
    result.add(agents.get(2), "result");
    roots.put(0, new StepResult(plan.definitionKeys().get(0), result));
    LostAgents lost = new LostAgents(pool, progress);
    return new FinalImages(pool, roots, lost, progress)
        .deliver(plan, tags, built -> {})
        .agent()
        .name();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void theUserFindsImagesOnTheFirstAgent() throws Exception {
    assertThat(home(new Slots(agents), NAMELESS)).isEqualTo("a1");
    assertThat(asked).hasSize(1).first().asString().startsWith("a1 takes result from");
    assertThat(told).doesNotHaveAnyElementsOfTypes(BuildEvent.ImageMade.class);
  }

  /** Engines that keep images in different ways name what they are sent in their own. */
  @Test
  void anImageThatCameIsTheOneThatItsReceiverNames() throws Exception {
    home(new Slots(agents), NAMELESS);
    assertThat(made).containsExactly("a1 of Optional[result on a1]");
  }

  @Test
  void whereAgentsAreNobodysAnImageWithoutANameStaysWhereItIs() throws Exception {
    assertThat(home(ofNobody(), NAMELESS)).isEqualTo("a2");
    assertThat(asked).isEmpty();
    assertThat(told)
        .containsExactly(new BuildEvent.ImageMade(0, "linux/amd64", "final", "a2", NAMELESS));
  }

  @Test
  void namesAreGivenOnTheFirstAgentOfEveryPool() throws Exception {
    assertThat(home(ofNobody(), List.of("app:1"))).isEqualTo("a1");
  }

  @Test
  void ifItsAgentIsLostTheNextThatHasItKeepsTheImage() throws Exception {
    holderIsLost = true;
    assertThat(home(ofNobody(), NAMELESS)).isEqualTo("a3");
    assertThat(asked).isEmpty();
  }
}
