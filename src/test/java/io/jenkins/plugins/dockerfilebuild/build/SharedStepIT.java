package io.jenkins.plugins.dockerfilebuild.build;

import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.CACHED;
import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.EXECUTED;
import static io.jenkins.plugins.dockerfilebuild.event.BuildEvent.Status.FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.build.BuildFixture.Built;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two builds that need the same step at the same time, on a real engine: it runs once. */
@Timeout(120)
class SharedStepIT {

  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch followed = new CountDownLatch(1);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void theOtherBuildShowsItsOutputAndTakesItsResult() throws Exception {
    List<Built> both =
        both("FROM base AS a", "RUN echo once; cat /proc/sys/kernel/random/uuid | tee /result");

    assertThat(both.get(0).statuses()).containsExactly(EXECUTED);
    assertThat(both.get(1).statuses()).containsExactly(CACHED);
    assertThat(both.get(1).notices()).anyMatch(line -> line.startsWith("runs already for a build"));
    assertThat(both.get(1).lines()).hasSize(2).isEqualTo(both.get(0).lines());
    assertThat(both.get(1).imageId()).isEqualTo(both.get(0).imageId());
    assertThat(both.get(1).finished().get(0).savedMillis()).isPositive();
  }

  @Test
  void outputOfAStepWithASecretIsNotShownInAnotherBuild() throws Exception {
    List<Built> both =
        both("FROM base AS a", "RUN --mount=type=secret,id=token cat /run/secrets/token");

    assertThat(both.get(0).lines()).containsExactly("hush");
    assertThat(both.get(1).statuses()).containsExactly(CACHED);
    assertThat(both.get(1).lines()).isEmpty();
  }

  @Test
  void aStepThatFailsIsRunByEachBuildForItself() throws Exception {
    List<Built> both = both("FROM base AS a", "RUN cat /proc/sys/kernel/random/uuid; exit 7");

    assertThat(both).extracting(Built::statuses).containsOnly(List.of(FAILED));
    assertThat(both.get(1).failure().exitCode()).isEqualTo(7);
    // The output of the other build, then its own.
    assertThat(both.get(1).lines()).hasSize(2).startsWith(both.get(0).lines().get(0));
  }

  @Test
  void whenTheBuildThatRunsItLosesItsAgentTheOtherRunsIt() throws Exception {
    AtomicInteger connected = new AtomicInteger();
    List<Built> both =
        run(
            fixture()
                .wrapping(
                    agent ->
                        connected.getAndIncrement() > 0
                            ? agent
                            : beforeRunReturns(
                                agent,
                                run -> {
                                  followed.await();
                                  throw new AgentLostException("gone", null);
                                })),
            "FROM base AS a",
            "RUN echo done");

    assertThat(both.get(0).failure().infrastructure()).isTrue();
    assertThat(both.get(1).statuses()).containsExactly(EXECUTED);
    assertThat(both.get(1).lines()).containsExactly("done");
  }

  /** Both builds' ends; the step does not end before the second one follows. */
  private List<Built> both(String... dockerfile) throws Exception {
    AtomicInteger connected = new AtomicInteger();
    return run(
        fixture()
            .wrapping(
                agent ->
                    connected.getAndIncrement() > 0
                        ? agent
                        : beforeRunReturns(
                            agent,
                            run -> {
                              Object outcome = run.call();
                              followed.await();
                              return outcome;
                            })),
        dockerfile);
  }

  private BuildFixture fixture() throws Exception {
    return new BuildFixture(directory, TestEngine.first())
        .withSecret("token", "hush")
        .together(this::heard);
  }

  private void heard(BuildEvent event) {
    if (event instanceof BuildEvent.StepStarted) {
      begun.countDown();
    } else if (event instanceof BuildEvent.Notice notice
        && notice.message().startsWith("runs already")) {
      followed.countDown();
    }
  }

  private List<Built> run(BuildFixture fixture, String... dockerfile) throws Exception {
    Future<Built> first = threads.submit(() -> fixture.build(dockerfile));
    begun.await();
    Built second = fixture.build(dockerfile);
    return List.of(first.get(), second);
  }

  /** Stands around the run of a step. */
  @FunctionalInterface
  private interface Around {
    Object run(Callable<Object> run) throws Exception;
  }

  private static AgentServices beforeRunReturns(AgentServices agent, Around around) {
    return (AgentServices)
        Proxy.newProxyInstance(
            SharedStepIT.class.getClassLoader(),
            new Class<?>[] {AgentServices.class},
            (proxy, method, arguments) ->
                method.getName().equals("run")
                    ? around.run(() -> call(agent, method, arguments))
                    : call(agent, method, arguments));
  }

  private static Object call(AgentServices agent, Method method, Object[] arguments)
      throws Exception {
    try {
      return method.invoke(agent, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
