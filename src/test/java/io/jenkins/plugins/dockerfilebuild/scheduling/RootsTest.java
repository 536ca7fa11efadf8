package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.coordination.InMemoryTransferRates;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import io.jenkins.plugins.dockerfilebuild.execution.ReceivedImage;
import io.jenkins.plugins.dockerfilebuild.plan.BuildPlan;
import io.jenkins.plugins.dockerfilebuild.plan.RootFilesystem;
import io.jenkins.plugins.dockerfilebuild.plan.StepKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A result lies on two agents, and steps on a third one need it. */
@Timeout(60)
class RootsTest {

  private static final RootFilesystem ROOT = new RootFilesystem.Result(0);

  @TempDir private Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch fails = new CountDownLatch(1);

  /** The agent that is asked first, which then is lost. */
  private final AtomicReference<String> lost = new AtomicReference<>();

  private final Agent one = holder("one");
  private final Agent two = holder("two");
  private final Agent receiver =
      TestAgents.answering(
          "receiver",
          2,
          (proxy, method, arguments) -> {
            if (lost.compareAndSet(null, (String) arguments[1])) {
              begun.countDown();
              fails.await();
            }
            return isLost((String) arguments[1])
                ? Optional.empty()
                : Optional.of(new ReceivedImage("image", 10));
          });

  private Agent holder(String name) {
    return TestAgents.answering(
        name,
        2,
        (proxy, method, arguments) -> {
          if (isLost(name)) {
            throw new AgentLostException(name + " is away", null);
          }
          return method.getName().equals("holdsImage");
        });
  }

  private boolean isLost(String name) {
    return name.equals(lost.get());
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void whenTheSourceOfAnImageIsLostAnotherThatASecondStepWouldHaveAskedIsNot() throws Exception {
    AgentPool pool = new Slots(List.of(one, two, receiver));
    BuildPlan plan = TestPlans.of(directory, "FROM scratch", "RUN x");
    Roots roots = TestRoots.over(pool, new InMemoryTransferRates(), plan.steps(), threads).roots();
    Located image = new Located(one, "image");
    image.add(two, "image");
    roots.put(0, new StepResult(new StepKey(Digest.of("key")), image));
    Callable<Roots.Brought> bring = () -> roots.bring(ROOT, receiver);
    FutureTask<Roots.Brought> first = new FutureTask<>(bring);
    FutureTask<Roots.Brought> second = new FutureTask<>(bring);

    new Thread(first).start();
    begun.await();
    Thread waiting = new Thread(second);
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    fails.countDown();

    assertThat(first.get().imageId()).contains("image");
    assertThat(second.get().imageId()).contains("image");
    assertThat(pool.agents()).containsExactly(isLost("one") ? two : one, receiver);
  }

  @Test
  void anAgentThatWasLostAndCameBackIsNotSentWhatItHas() throws Exception {
    Agent before = holder("three");
    Agent after =
        TestAgents.answering(
            "three",
            2,
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("holdsImage");
              return arguments[0].equals("image");
            });
    AgentPool pool = new Slots(List.of(one, after));
    BuildPlan plan = TestPlans.of(directory, "FROM scratch", "RUN x");
    Roots roots = TestRoots.over(pool, new InMemoryTransferRates(), plan.steps(), threads).roots();
    Located image = new Located(one, "image");
    image.add(before, "image");
    roots.put(0, new StepResult(new StepKey(Digest.of("key")), image));

    assertThat(roots.bring(ROOT, after)).isEqualTo(new Roots.Brought(Optional.of("image"), 0));
    assertThat(image.idOn(after)).contains("image");
  }
}
