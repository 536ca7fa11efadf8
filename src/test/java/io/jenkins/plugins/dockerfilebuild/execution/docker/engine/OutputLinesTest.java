package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OutputLinesTest {

  private final List<String> told = new ArrayList<>();
  private final OutputLines lines =
      new OutputLines((line, error) -> told.add((error ? "!" : "") + line));

  private void print(StreamType stream, String text) {
    lines.onNext(new Frame(stream, text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aLineIsToldAsSoonAsItEnds() {
    print(StreamType.STDOUT, "on");
    assertThat(told).isEmpty();

    print(StreamType.STDOUT, "e\ntw");

    assertThat(told).containsExactly("one");
  }

  @Test
  void bothStreamsAreCutApart() {
    print(StreamType.STDOUT, "out");
    print(StreamType.STDERR, "err\n");
    print(StreamType.STDOUT, "put\n");

    assertThat(told).containsExactly("!err", "output");
  }

  @Test
  void anUnfinishedLineIsToldAtTheEnd() throws InterruptedException {
    print(StreamType.STDOUT, "unfinished");
    lines.onComplete();

    assertThat(told).containsExactly("unfinished");
    assertThat(lines.awaitEnd(0)).isTrue();
  }

  @Test
  void aBrokenConnectionIsAnEndToo() throws InterruptedException {
    print(StreamType.STDOUT, "last words");
    lines.onError(new IOException("broken"));

    assertThat(told).containsExactly("last words");
    assertThat(lines.awaitEnd(0)).isTrue();
  }

  /** Found by {@code PoolLossIT}: a step whose engine was killed here never ended. */
  @Test
  @Timeout(60)
  void anAnswerThatBreaksOffBeforeItBeginsEndsTheWait() {
    lines.onError(new IOException("localhost:2375 failed to respond"));

    assertThatThrownBy(lines::awaitBegun).hasRootCauseMessage("localhost:2375 failed to respond");
  }

  @Test
  @Timeout(60)
  void anAnswerThatHasBegunIsFollowed() throws Exception {
    lines.onStart(() -> {});

    assertThat(lines.awaitBegun()).isSameAs(lines);
    assertThat(lines.awaitEnd(0)).isFalse();
  }

  @Test
  void emptyLinesAndCarriageReturnsAreLines() {
    print(StreamType.STDOUT, "\n\r\na\r\n");

    assertThat(told).containsExactly("", "", "a");
  }

  @Test
  void aLineIsCutWhereItGrowsTooLong() {
    print(StreamType.STDOUT, "x".repeat(150_000) + "\n");

    assertThat(told).hasSize(3).allSatisfy(line -> assertThat(line.length()).isLessThan(70_000));
    assertThat(String.join("", told)).hasSize(150_000);
  }
}
