package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The result of a step lies on one agent; a step on another one takes a file of it. */
class FileMovesTest {

  private static final long LARGE = 3 * FileMoves.MUCH_BYTES;
  private static final PlannedSource.Files FILES =
      new PlannedSource.Files(new RootFilesystem.Result(0), "tool", List.of("/made"), List.of());

  @TempDir private Path directory;

  private final List<String> asked = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Agent receiver = agent("receiver", Optional.empty(), LARGE);

  /** Ends the names of images that another run of the step has made, with other content. */
  private static final String AGAIN = " again";

  private static final String SMALL = "small";

  // What a test has the agents do wrong.
  private String gone = "";
  private boolean partIsLost;
  private boolean partIsForged;

  private Agent agent(String name, Optional<String> part, long imageBytes) {
    return TestAgents.answering(
        name,
        1,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "describe" ->
                  TestAgents.description(
                      (String) arguments[0], arguments[0].equals(SMALL) ? 1 : imageBytes);
              case "partOf" -> {
                asked.add("part of " + arguments[0] + " up to " + arguments[3]);
                yield part.map(first -> arguments[0].equals("whole") ? first : first + AGAIN);
              }
              case "fetchImage" -> {
                asked.add("take " + arguments[0]);
                if (partIsLost && arguments[0].equals("part")) {
                  throw new AgentLostException("gone", null);
                }
                yield Optional.of(new ReceivedImage((String) arguments[0], 10));
              }
              case "digestOf" ->
                  Digest.of(
                      partIsForged && arguments[0].equals("part")
                          ? "forged"
                          : arguments[0].toString().endsWith(AGAIN) ? "other" : "content");
              case "holdsImage" -> !arguments[0].equals(gone);
              default -> throw new AssertionError("nobody should call " + method.getName());
            });
  }

  private FileMoves from(Agent holder) {
    AgentPool pool = new Slots(List.of(holder, receiver));
    BuildPlan plan = TestPlans.of(directory, "FROM scratch", "RUN x");
    TestRoots made = TestRoots.over(pool, new InMemoryTransferRates(), plan.steps(), threads);
    made(made.roots(), new Located(holder, "whole"));
    return made.files();
  }

  private static void made(Roots roots, Located result) {
    roots.put(0, new StepResult(new StepKey(Digest.of("key")), result));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void ofALargeImageOnlyTheFilesAreBroughtAndOnlyOnce() throws Exception {
    FileMoves files = from(agent("holder", Optional.of("part"), LARGE));

    Roots.Brought first = files.bring(FILES, receiver);
    Roots.Brought second = files.bring(FILES, receiver);

    assertThat(asked).containsExactly("part of whole up to " + LARGE / 2, "take part");
    assertThat(first).isEqualTo(new Roots.Brought(Optional.of("part"), 10));
    assertThat(second).isEqualTo(new Roots.Brought(Optional.of("part"), 0));
  }

  @Test
  void aSmallImageIsBroughtAsItIs() throws Exception {
    FileMoves files = from(agent("holder", Optional.of("part"), FileMoves.MUCH_BYTES - 1));

    assertThat(files.bring(FILES, receiver).imageId()).contains("whole");
    assertThat(asked).containsExactly("take whole");
  }

  @Test
  void whereTheHolderMakesNoPartTheImageIsBrought() throws Exception {
    FileMoves files = from(agent("holder", Optional.empty(), LARGE));

    assertThat(files.bring(FILES, receiver).imageId()).contains("whole");
    assertThat(asked).containsExactly("part of whole up to " + LARGE / 2, "take whole");
  }

  @Test
  void wherePartsDoNotArriveTheImageIsBrought() throws Exception {
    partIsLost = true;
    FileMoves files = from(agent("holder", Optional.of("part"), LARGE));

    assertThat(files.bring(FILES, receiver).imageId()).contains("whole");
    assertThat(asked).contains("take part").endsWith("take whole");
  }

  @Test
  void whatCameAsSomethingElseIsNotUsed() throws Exception {
    partIsForged = true;
    FileMoves files = from(agent("holder", Optional.of("part"), LARGE));

    assertThat(files.bring(FILES, receiver).imageId()).contains("whole");
    assertThat(files.bring(FILES, receiver)).isEqualTo(new Roots.Brought(Optional.of("whole"), 0));
    assertThat(asked).endsWith("take part", "take whole");
  }

  @Test
  void anAgentThatHasTheImageIsAskedForNothing() throws Exception {
    Agent holder = agent("holder", Optional.of("part"), LARGE);

    assertThat(from(holder).bring(FILES, holder))
        .isEqualTo(new Roots.Brought(Optional.of("whole"), 0));
    assertThat(asked).isEmpty();
  }

  @Test
  void ofAResultThatIsMadeAgainTheFilesAreBroughtAgain() throws Exception {
    Agent holder = agent("holder", Optional.of("part"), LARGE);
    FileMoves files = from(holder);
    files.bring(FILES, receiver);

    made(files.roots(), new Located(holder, "whole" + AGAIN));

    assertThat(files.bring(FILES, receiver))
        .isEqualTo(new Roots.Brought(Optional.of("part" + AGAIN), 10));
  }

  @Test
  void whatIsGoneIsSeenAlsoOfAResultThatCameAsAWholeAfterAPartOfTheOneBefore() throws Exception {
    Agent holder = agent("holder", Optional.of("part"), LARGE);
    FileMoves files = from(holder);
    files.bring(FILES, receiver);
    made(files.roots(), new Located(holder, SMALL));
    assertThat(files.bring(FILES, receiver).imageId()).contains(SMALL);
    assertThat(files.isGone(FILES, receiver)).isFalse();

    gone = SMALL;

    assertThat(files.isGone(FILES, receiver)).isTrue();
  }
}
