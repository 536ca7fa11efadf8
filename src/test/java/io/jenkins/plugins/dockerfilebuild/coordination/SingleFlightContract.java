package io.jenkins.plugins.dockerfilebuild.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.End;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Follower;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Leader;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Part;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Request;
import io.jenkins.plugins.dockerfilebuild.coordination.SingleFlight.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One makes it, the others see how and take it: whatever the flights are kept in. */
@Timeout(60)
public abstract class SingleFlightContract {

  private static final Duration LIFETIME = Duration.ofSeconds(20);
  private static final Result RESULT = new Result("a1", "sha256:1", 7_000);

  private final String key = UUID.randomUUID().toString();
  private final ManualClock now = new ManualClock(5_000);
  private SingleFlight flights;
  private SingleFlight others;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();

  /**
   * @param process 0 or 1; both see the same flights
   */
  protected abstract SharedRecords<FlightRecord> flights(int process);

  @BeforeEach
  void open() {
    flights = new RecordSingleFlight(flights(0), LIFETIME, now.clock());
    others = new RecordSingleFlight(flights(1), LIFETIME, new ManualClock(0).clock());
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void aFollowerSeesWhatIsPrintedAndTakesTheResult() throws Exception {
    try (Leader leader = leader(others, "build 7")) {
      leader.begun();
      leader.printed("before", false);
      Follower follower = follower("build 8");
      assertThat(follower.leader()).isEqualTo("build 7");
      Future<End> end = await(follower);
      assertThat(printed.take()).isEqualTo("out before");
      leader.printed("after", true);
      assertThat(printed.take()).isEqualTo("err after");

      leader.printed("last", false);
      leader.made(RESULT);

      assertThat(end.get()).isEqualTo(new End.Made(RESULT));
      assertThat(printed).containsExactly("out last");
    }
  }

  @Test
  void aResultThatIsThereIsTakenAtOnceUnlessItHelpsNobody() throws Exception {
    try (Leader leader = leader(others, "build 7")) {
      leader.made(RESULT);
    }

    assertThat(await(follower("build 8")).get()).isEqualTo(new End.Made(RESULT));

    Part again = flights.join(new Request(key, "build 9", Optional.of(RESULT)));
    assertThat(again).isInstanceOf(Leader.class);
    assertThat(follower("build 10").leader()).isEqualTo("build 9");
    ((Leader) again).close();
  }

  @Test
  void afterAFailureEveryoneMakesItAlone() throws Exception {
    Future<End> end;
    try (Leader leader = leader(others, "build 7")) {
      end = await(follower("build 8"));
      leader.failed();
    }
    assertThat(end.get()).isInstanceOf(End.Alone.class);
    leader(flights, "later").close();
  }

  @Test
  void aLeaderThatGivesUpLeavesItsPlaceToAFollower() throws Exception {
    Leader leader = leader(others, "build 7");
    leader.begun();
    Future<End> end = await(follower("build 8"));
    leader.close();

    assertThat(end.get()).isEqualTo(new End.Vacant());
    leader(flights, "build 8").close();
  }

  @Test
  void aLeaderThatIsSilentIsReplacedAndChangesNothingAnyMore() throws Exception {
    SharedRecords<FlightRecord> kept = flights(1);
    FlightRecord dead = FlightRecord.claimed("dead", "build 7").in(FlightRecord.State.RUNNING);
    kept.update(key, none -> SharedRecords.Change.to(dead, ""));
    LeadingFlight silent = new LeadingFlight(kept, key, "dead");
    Future<End> end = await(follower("build 8"));
    // It has been seen once it is followed.
    while (kept.get(key).filter(FlightRecord::followed).isEmpty()) {
      Thread.onSpinWait();
    }
    now.advance(LIFETIME.plusMillis(1));

    assertThat(end.get()).isEqualTo(new End.Vacant());
    try (Leader next = leader(flights, "build 8")) {
      silent.made(RESULT);
      silent.close();
      next.begun();
      assertThat(kept.get(key).orElseThrow().state()).isEqualTo(FlightRecord.State.RUNNING);
    }
  }

  @Test
  void whoeverIsNotBegunWithIsNotWaitedForLong() throws Exception {
    Leader leader = leader(others, "build 7");
    Future<End> end = await(follower("build 8"));
    while (flights(1).get(key).filter(FlightRecord::followed).isEmpty()) {
      Thread.onSpinWait();
    }
    now.advance(Duration.ofSeconds(11));

    assertThat(end.get()).isInstanceOf(End.Alone.class);
    leader.close();
  }

  @Test
  void whatIsPrintedIsBoundedAndFollowersAreToldWhatIsMissing() throws Exception {
    try (Leader leader = leader(others, "build 7")) {
      leader.begun();
      for (int i = 0; i < 10_000; i++) {
        leader.printed("line " + i + " " + "x".repeat(100), false);
      }
      Future<End> end = await(follower("build 8"));

      String first = printed.take();
      assertThat(first).startsWith("left out 9");
      long missing = Long.parseLong(first.substring("left out ".length()));
      assertThat(printed.take()).startsWith("out line " + missing + " ");
      leader.made(RESULT);
      assertThat(end.get()).isEqualTo(new End.Made(RESULT));
    }
  }

  @Test
  void ofManyOneLeadsAtATime() throws Exception {
    AtomicInteger made = new AtomicInteger();
    List<Callable<Result>> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      SingleFlight asked = i % 2 == 0 ? flights : others;
      String who = "build " + i;
      all.add(() -> make(asked, who, made));
    }
    for (Future<Result> one : threads.invokeAll(all)) {
      assertThat(one.get()).isEqualTo(RESULT);
    }
    assertThat(made).hasValue(1);
  }

  private Result make(SingleFlight asked, String who, AtomicInteger made)
      throws InterruptedException {
    Part part = asked.join(new Request(key, who, Optional.empty()));
    if (part instanceof Leader leader) {
      try (leader) {
        made.incrementAndGet();
        leader.begun();
        leader.made(RESULT);
        return RESULT;
      }
    }
    return ((End.Made) ((Follower) part).await(new Printed())).result();
  }

  private Leader leader(SingleFlight asked, String who) {
    return (Leader) asked.join(new Request(key, who, Optional.empty()));
  }

  private Follower follower(String who) {
    return (Follower) flights.join(new Request(key, who, Optional.empty()));
  }

  private Future<End> await(Follower follower) {
    return threads.submit(() -> follower.await(new Printed()));
  }

  private final class Printed implements SingleFlight.Listener {

    @Override
    public void printed(String line, boolean error) {
      printed.add((error ? "err " : "out ") + line);
    }

    @Override
    public void leftOut(long lines) {
      printed.add("left out " + lines);
    }
  }
}
