package io.jenkins.plugins.dockerfilebuild.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.AgentPlaces;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.Inputs;
import io.jenkins.plugins.dockerfilebuild.scheduling.placement.ReadyStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Builds that share agents whose places others may have. */
@Timeout(60)
class SharedPlacesTest {

  private final Agent one = TestAgents.silent("one", 2);
  private final Agent two = TestAgents.silent("two", 2);
  private final Queue atOne = new Queue();
  private final Queue atTwo = new Queue();

  /** In the order in which they came. */
  private final Map<Agent, AgentPlaces> members = new LinkedHashMap<>();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Agent> standby = new LinkedBlockingQueue<>();

  /** How often the pool has looked who is there. */
  private final AtomicInteger looks = new AtomicInteger();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** An agent that gives places when the test says so. */
  private static final class Queue implements AgentPlaces {

    final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    @Override
    public Request request(String who, Runnable changed) {
      Asked request = new Asked(who, changed);
      asked.add(request);
      return request;
    }

    Asked next() throws InterruptedException {
      Asked next = asked.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("a request").isNotNull();
      return next;
    }
  }

  private static final class Asked implements AgentPlaces.Request {

    private final String who;
    private final Runnable changed;
    private volatile boolean granted;
    private volatile boolean closed;
    private volatile List<PlaceHolder> ahead = List.of();
    private volatile Optional<String> failure = Optional.empty();

    Asked(String who, Runnable changed) {
      this.who = who;
      this.changed = changed;
    }

    void grant() {
      granted = true;
      changed.run();
    }

    void keepWaitingFor(String other) {
      ahead = List.of(new PlaceHolder(other, false, 12_000));
      changed.run();
    }

    void lose() {
      failure = Optional.of("the link is broken");
      changed.run();
    }

    @Override
    public boolean isGranted() {
      return granted;
    }

    @Override
    public List<PlaceHolder> ahead() {
      return ahead;
    }

    @Override
    public Optional<String> failure() {
      return failure;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private Future<Optional<AgentPool.Place>> claim(SharedPlaces pool, int step) {
    ReadyStep wanted = new ReadyStep(step, Set.of(), 1, 1, Inputs.NOTHING);
    return threads.submit(
        () -> pool.claim(new AgentPool.Claim("RUN true", wanted, told::add, standby::add)));
  }

  private final SharedPlaces.Members present =
      new SharedPlaces.Members() {
        @Override
        public Map<Agent, AgentPlaces> places() {
          looks.incrementAndGet();
          synchronized (SharedPlacesTest.this) {
            return new LinkedHashMap<>(members);
          }
        }

        @Override
        public List<Agent> all() {
          return List.of(one, two);
        }
      };

  private synchronized void comes(Agent agent, Queue places) {
    members.put(agent, places);
  }

  private SharedPlaces both() {
    members.put(one, atOne);
    members.put(two, atTwo);
    return new SharedPlaces(present, "app");
  }

  private SharedPlaces alone() {
    members.put(one, atOne);
    return new SharedPlaces(present, "app");
  }

  @Test
  void aStepRunsWhereTheAgentGivesItAPlace() throws Exception {
    Future<Optional<AgentPool.Place>> place = claim(both(), 3);

    Asked request = atOne.next();
    request.grant();

    assertThat(place.get().orElseThrow().agent()).isEqualTo(one);
    assertThat(request.who).isEqualTo("step 3 of app");
    place.get().orElseThrow().close();
    assertThat(request.closed).isTrue();
  }

  @Test
  void aStepThatWaitsIsPlacedElsewhereTooAndRunsWhereItsTurnComesFirst() throws Exception {
    Future<Optional<AgentPool.Place>> place = claim(both(), 0);
    Asked first = atOne.next();
    first.keepWaitingFor("step 1 of other");

    Asked second = atTwo.next();
    second.grant();

    assertThat(place.get().orElseThrow().agent()).isEqualTo(two);
    assertThat(first.closed).as("the place in the other queue").isTrue();
    assertThat(second.closed).isFalse();
  }

  @Test
  void whoIsAheadIsTold() throws Exception {
    Future<Optional<AgentPool.Place>> place = claim(alone(), 0);
    Asked request = atOne.next();

    request.keepWaitingFor("step 1 of other");

    assertThat(told.poll(30, TimeUnit.SECONDS))
        .isEqualTo("waits for a place on one: step 1 of other, there for 12 s");
    request.grant();
    assertThat(place.get()).isPresent();
  }

  @Test
  void aStepBehindThoseOfOthersHasItsInputsBroughtOnceToThatAgent() throws Exception {
    Future<Optional<AgentPool.Place>> place = claim(alone(), 0);
    Asked request = atOne.next();

    request.keepWaitingFor("step 1 of other");
    assertThat(standby.poll(30, TimeUnit.SECONDS)).isEqualTo(one);
    request.keepWaitingFor("step 2 of other");
    assertThat(told.poll(30, TimeUnit.SECONDS)).contains("step 1 of other");
    assertThat(told.poll(30, TimeUnit.SECONDS)).contains("step 2 of other");

    request.grant();
    assertThat(place.get()).isPresent();
    assertThat(standby).isEmpty();
  }

  @Test
  void aBuildWaitsOnlyOnceInAQueueSoThatBuildsTakeTurns() throws Exception {
    SharedPlaces pool = alone();
    Future<Optional<AgentPool.Place>> first = claim(pool, 0);
    Asked request = atOne.next();
    request.keepWaitingFor("step 1 of other");
    assertThat(told.poll(30, TimeUnit.SECONDS)).isNotNull();

    Future<Optional<AgentPool.Place>> second = claim(pool, 1);
    request.keepWaitingFor("step 2 of other");
    assertThat(told.poll(30, TimeUnit.SECONDS)).isNotNull();
    assertThat(atOne.asked).as("while the first waits").isEmpty();

    request.grant();
    assertThat(first.get()).isPresent();
    atOne.next().grant();
    assertThat(second.get()).isPresent();
  }

  @Test
  void anAgentThatIsLostIsFoundOutByTheStep() throws Exception {
    SharedPlaces pool = both();
    Future<Optional<AgentPool.Place>> place = claim(pool, 0);
    atOne.next().lose();
    assertThat(place.get().orElseThrow().agent()).isEqualTo(one);

    pool.lose(one);
    place.get().orElseThrow().close();
    Future<Optional<AgentPool.Place>> again = claim(pool, 0);
    atTwo.next().grant();
    assertThat(again.get().orElseThrow().agent()).isEqualTo(two);
  }

  @Test
  void anAgentThatComesLaterTakesAStepThatWaitsForAPlace() throws Exception {
    Agent small = TestAgents.silent("small", 1);
    comes(small, atOne);
    SharedPlaces pool = new SharedPlaces(present, "app");
    Future<Optional<AgentPool.Place>> first = claim(pool, 0);
    atOne.next().grant();
    assertThat(first.get()).isPresent();
    Future<Optional<AgentPool.Place>> second = claim(pool, 1);

    comes(two, atTwo);

    atTwo.next().grant();
    assertThat(second.get().orElseThrow().agent()).isEqualTo(two);
    assertThat(pool.agents()).containsExactly(small, two);
  }

  @Test
  void anAgentThatComesBackIsUsedAndTheLossOfTheOldOneDoesNotCountForIt() throws Exception {
    SharedPlaces pool = alone();
    Agent again = TestAgents.silent("one", 2);
    Queue atAgain = new Queue();
    comes(again, atAgain);
    Future<Optional<AgentPool.Place>> place = claim(pool, 0);
    atAgain.next().grant();
    assertThat(place.get().orElseThrow().agent()).isSameAs(again);

    pool.lose(one);

    assertThat(pool.agents()).containsExactly(again);
  }

  @Test
  void anAgentThatIsLostIsNotTakenInAgainAsItIs() throws Exception {
    SharedPlaces pool = both();
    pool.lose(one);
    Future<Optional<AgentPool.Place>> place = claim(pool, 0);
    atTwo.next().grant();
    assertThat(place.get()).isPresent();
    assertThat(pool.agents()).containsExactly(two);
  }

  @Test
  void aPlaceIsFreeForTheNextStepWhenTheCommandHasEnded() throws Exception {
    comes(TestAgents.silent("small", 1), atOne);
    SharedPlaces pool = new SharedPlaces(present, "app");
    Future<Optional<AgentPool.Place>> first = claim(pool, 0);
    Asked request = atOne.next();
    request.grant();
    Future<Optional<AgentPool.Place>> second = claim(pool, 1);

    first.get().orElseThrow().commandEnded();

    assertThat(request.closed).isTrue();
    atOne.next().grant();
    assertThat(second.get()).isPresent();
    first.get().orElseThrow().close();
  }

  @Test
  void withoutAnAgentThereIsNoPlace() throws Exception {
    SharedPlaces pool = alone();
    pool.lose(one);
    assertThat(claim(pool, 0).get()).isEmpty();
  }

  /** As a link tells that is slow to say that a request has ended. */
  @Test
  void lateNewsOfALostAgentDoNotEndTheWaitForOneThatIsBusy() throws Exception {
    comes(two, atTwo);
    SharedPlaces pool = new SharedPlaces(present, "app");
    Future<Optional<AgentPool.Place>> own = claim(pool, 0);
    atTwo.next().grant();
    Future<Optional<AgentPool.Place>> other = claim(pool, 1);
    atTwo.next().grant();
    assertThat(other.get()).isPresent();
    comes(one, atOne);
    Future<Optional<AgentPool.Place>> waiting = claim(pool, 2);
    Asked request = atOne.next();
    pool.lose(one);
    request.lose();
    while (!request.closed) {
      Thread.onSpinWait();
    }

    request.changed.run();
    // The claim looks at who is there once more when it has seen the news, and then waits again.
    int before = looks.get();
    while (looks.get() < before + 2 && !waiting.isDone()) {
      Thread.onSpinWait();
    }

    own.get().orElseThrow().close();
    atTwo.next().grant();
    assertThat(waiting.get().orElseThrow().agent()).isEqualTo(two);
  }
}
