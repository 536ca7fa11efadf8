package io.jenkins.plugins.dockerfilebuild.build;

import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.CACHED;
import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.EXECUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.build.BuildFixture.Built;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that are gone when they are needed, on real engines: they are made again. */
class LostResultIT {

  @TempDir Path directory;

  /** Answers in an agent's stead, or has it answer. */
  @FunctionalInterface
  private interface Answers {
    Object answer(Method method, Object[] arguments, Call agent) throws Throwable;
  }

  @FunctionalInterface
  private interface Call {
    Object call() throws Throwable;
  }

  private static AgentServices seenThrough(AgentServices agent, Answers answers) {
    return (AgentServices)
        Proxy.newProxyInstance(
            LostResultIT.class.getClassLoader(),
            new Class<?>[] {AgentServices.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  default ->
                      answers.answer(method, arguments, () -> call(agent, method, arguments));
                });
  }

  private static Object call(AgentServices agent, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(agent, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Removes an image as soon as the build has seen that it is there. */
  private static AgentServices removingWhatWasFound(AgentServices agent, TestEngine engine) {
    Set<Object> removed = ConcurrentHashMap.newKeySet();
    return seenThrough(
        agent,
        (method, arguments, call) -> {
          Object answer = call.call();
          if (method.getName().equals("holdsImage")
              && Boolean.TRUE.equals(answer)
              && removed.add(arguments[0])) {
            engine.remove((String) arguments[0]);
          }
          return answer;
        });
  }

  @Test
  void aHitThatIsGoneWhenItIsUsedRunsAgain() throws Exception {
    BuildFixture builds = new BuildFixture(directory, TestEngine.first());
    String below = "RUN echo below > /below";
    assertThat(builds.build("FROM base AS main", below).statuses()).containsExactly(EXECUTED);
    builds.wrapping(agent -> removingWhatWasFound(agent, TestEngine.first()));

    Built built = builds.build("FROM base AS main", below, "RUN cat /below");

    assertThat(built.statuses().get(0)).as("it was found first").isEqualTo(CACHED);
    assertThat(built.finished())
        .extracting(BuildEvent.StepFinished::step, BuildEvent.StepFinished::status)
        .contains(
            org.assertj.core.groups.Tuple.tuple(0, EXECUTED),
            org.assertj.core.groups.Tuple.tuple(1, EXECUTED));
    assertThat(built.lines()).containsExactly("below");
  }

  @Test
  void theResultThatTheFinalImageIsMadeOfIsMadeAgainToo() throws Exception {
    BuildFixture builds = new BuildFixture(directory, TestEngine.first());
    String[] dockerfile = {"FROM base AS main", "RUN echo here > /here"};
    String image = builds.build(dockerfile).imageId();
    builds.wrapping(agent -> removingWhatWasFound(agent, TestEngine.first()));
    Built again = builds.build(dockerfile);

    assertThat(again.imageId()).as("it is of another time").isNotEqualTo(image);
    assertThat(again.finished()).extracting(BuildEvent.StepFinished::status).contains(EXECUTED);
  }

  /** Is lost for good once it has run a step whose output satisfies the condition. */
  private static AgentServices dyingAfter(AgentServices agent, Predicate<StepOutcome> last) {
    AtomicBoolean dead = new AtomicBoolean();
    return seenThrough(
        agent,
        (method, arguments, call) -> {
          if (dead.get() && !method.getName().equals("close")) {
            throw new AgentLostException("the test has killed it", null);
          }
          Object answer = call.call();
          if (answer instanceof StepOutcome outcome && last.test(outcome)) {
            dead.set(true);
          }
          return answer;
        });
  }

  @Test
  void resultsOnAnAgentThatIsLostAreMadeAgainElsewhere() throws Exception {
    BuildFixture builds = new BuildFixture(directory, TestEngine.first(), TestEngine.second());
    AtomicBoolean one = new AtomicBoolean();
    builds.wrapping(agent -> one.getAndSet(true) ? agent : dyingAfter(agent, outcome -> true));

    Built built =
        builds
            .withoutCache()
            .build(
                "FROM base AS left",
                "RUN echo left > /left && sleep 1",
                "RUN cp /left /left2",
                "FROM base AS right",
                "RUN echo right > /right && sleep 1",
                "RUN cp /right /right2",
                "FROM base AS main",
                "COPY --from=left /left2 /",
                "COPY --from=right /right2 /",
                "RUN cat /left2 /right2");

    assertThat(built.lines()).containsExactly("left", "right");
    List<String> notices =
        built.events().stream()
            .filter(BuildEvent.Notice.class::isInstance)
            .map(event -> ((BuildEvent.Notice) event).message())
            .toList();
    assertThat(notices)
        .filteredOn(notice -> notice.contains("is lost"))
        .as("one line about the loss")
        .hasSize(1)
        .allMatch(notice -> notice.contains("agent-1"));
    assertThat(notices).anyMatch(notice -> notice.contains("made again"));
  }
}
