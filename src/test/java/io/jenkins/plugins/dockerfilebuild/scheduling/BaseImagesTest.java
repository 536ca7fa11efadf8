package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ImageUnavailableException;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogins;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.ImageDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A base image that every agent has lost while the build runs. */
class BaseImagesTest {

  private static final String AMD64 = "linux/amd64";
  private static final String PINNED = "registry/base@" + Digest.of("manifest");

  private static final ImageDescription BASE = image("base", "layer", Optional.of(PINNED));

  private final List<String> asked = new ArrayList<>();
  private final Located located = new Located();

  private static ImageDescription image(String id, String layer, Optional<String> digest) {
    return new ImageDescription(
        Digest.of(id).toString(),
        digest,
        AMD64,
        List.of(Digest.of(layer)),
        ImageConfig.scratch(AMD64),
        0);
  }

  @FunctionalInterface
  private interface Answer {
    Optional<ImageDescription> resolve(String reference);
  }

  private Agent agent(String name, Answer answer) {
    return TestAgents.answering(
        name,
        1,
        (proxy, method, arguments) -> {
          assertThat(method.getName()).isEqualTo("resolveImage");
          asked.add(name + " " + arguments[0]);
          return answer.resolve((String) arguments[0]);
        });
  }

  private static Optional<ImageDescription> unavailable(String reference) {
    throw new ImageUnavailableException("the registry does not know " + reference, null);
  }

  private void findAgain(ImageDescription image, Agent... agents) {
    Progress progress = new Progress(event -> {}, System::nanoTime);
    new BaseImages(new Slots(List.of(agents)), false, RegistryLogins.NONE, progress)
        .findAgain("base:1", image, located);
  }

  /** Forty agents far away are asked in the time of one. */
  @Test
  @Timeout(60)
  void allAgentsAreAskedAtOnceAndTheFirstOfThePoolThatHasItCounts() throws Exception {
    CountDownLatch allAsked = new CountDownLatch(3);
    ImageDescription twin = image("twin", "layer", Optional.empty());
    Agent without = waiting("a1", allAsked, Optional.empty());
    Agent first = waiting("a2", allAsked, Optional.of(BASE));
    Agent second = waiting("a3", allAsked, Optional.of(twin));
    Progress progress = new Progress(event -> {}, System::nanoTime);
    BaseImages images =
        new BaseImages(
            new Slots(List.of(without, first, second)), false, RegistryLogins.NONE, progress);

    assertThat(images.resolve("base:1", AMD64)).isEqualTo(BASE);
    assertThat(images.locate(BASE).holders()).containsExactlyInAnyOrder(first, second);
  }

  private static Agent waiting(
      String name, CountDownLatch allAsked, Optional<ImageDescription> answer) {
    return TestAgents.answering(
        name,
        1,
        (proxy, method, arguments) -> {
          allAsked.countDown();
          allAsked.await();
          return answer;
        });
  }

  @Test
  void itIsAskedForByTheDigestThatTheBuildBeganWith() {
    Agent agent = agent("a1", reference -> Optional.of(BASE));
    findAgain(BASE, agent);
    assertThat(asked).containsExactly("a1 " + PINNED);
    assertThat(located.idOn(agent)).contains(BASE.imageId());
  }

  @Test
  void withoutADigestItsNameIsAskedForAndItsLayersMustBeTheSame() {
    ImageDescription local = image("base", "layer", Optional.empty());
    Agent agent =
        agent("a1", reference -> Optional.of(image("rebuilt", "other", Optional.empty())));

    assertThatThrownBy(() -> findAgain(local, agent))
        .isInstanceOf(ImageUnavailableException.class)
        .hasMessageContaining("\"base:1\" is gone, and its name means another image by now");
    assertThat(asked).containsExactly("a1 base:1");
    assertThat(located.holders()).isEmpty();
  }

  @Test
  void anImageOfAnotherIdWithTheSameLayersIsTheSame() {
    ImageDescription twin = image("twin", "layer", Optional.empty());
    Agent agent = agent("a1", reference -> Optional.of(twin));
    findAgain(BASE, agent);
    assertThat(located.idOn(agent)).contains(twin.imageId());
  }

  @Test
  void anAgentThatCannotPullOrIsLostLeavesItToTheNext() {
    Agent cannot = agent("a1", BaseImagesTest::unavailable);
    Agent lost =
        agent(
            "a2",
            reference -> {
              throw new AgentLostException("a2 does not answer", null);
            });
    Agent can = agent("a3", reference -> Optional.of(BASE));
    findAgain(BASE, cannot, lost, can);
    assertThat(located.holders()).containsExactly(can);
  }

  @Test
  void whereNobodyCanPullTheFirstReasonIsTold() {
    Agent first = agent("a1", BaseImagesTest::unavailable);
    Agent second = agent("a2", reference -> Optional.empty());
    assertThatThrownBy(() -> findAgain(BASE, first, second))
        .isInstanceOf(ImageUnavailableException.class)
        .hasMessage("the registry does not know " + PINNED);
  }

  @Test
  void nobodyIsAskedWhereAnotherStepHasFoundItMeanwhile() {
    Agent agent = agent("a1", reference -> Optional.of(BASE));
    located.add(agent, BASE.imageId());
    findAgain(BASE, agent);
    assertThat(asked).isEmpty();
  }
}
