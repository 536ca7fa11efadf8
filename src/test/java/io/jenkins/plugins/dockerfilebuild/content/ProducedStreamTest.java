package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProducedStreamTest {

  @Test
  void whatIsWrittenIsRead() throws IOException {
    byte[] bytes = new byte[3_000_017];
    new Random(5).nextBytes(bytes);

    try (ProducedStream stream =
        ProducedStream.of(
            "test",
            out -> {
              out.write(bytes[0]);
              out.write(bytes, 1, 100);
              out.flush();
              out.write(bytes, 101, bytes.length - 101);
            })) {
      assertThat(stream.readAllBytes()).isEqualTo(bytes);
      assertThat(stream.read()).isEqualTo(-1);
      stream.throwFailure();
    }
  }

  @Test
  void aProducerThatFailsFailsTheReaderAndTellsWhy() throws IOException {
    IllegalStateException reason = new IllegalStateException("no such file");

    try (ProducedStream stream =
        ProducedStream.of(
            "test",
            out -> {
              out.write(new byte[100]);
              throw reason;
            })) {
      assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class).hasCause(reason);
      assertThatThrownBy(stream::throwFailure).isSameAs(reason);
    }
  }

  @Test
  void closingStopsAProducerThatIsStillWriting() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean stopped = new AtomicBoolean();
    try (ProducedStream stream =
        ProducedStream.of(
            "test",
            out -> {
              begun.countDown();
              try {
                for (; ; ) {
                  out.write(new byte[1 << 16]);
                }
              } catch (InterruptedIOException e) {
                stopped.set(true);
                throw e;
              }
            })) {
      begun.await();
      assertThat(stream.read()).isZero();
    }
    assertThat(stopped).isTrue();
  }

  @Test
  void closingStopsAProducerToWhomAnInterruptMeansNothing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean stopped = new AtomicBoolean();
    try (ProducedStream stream =
        ProducedStream.of(
            "test",
            out -> {
              begun.countDown();
              while (!stopped.get()) {
                try {
                  Thread.interrupted();
                  out.write(new byte[1 << 16]);
                } catch (InterruptedIOException e) {
                  stopped.set(!Thread.interrupted());
                }
              }
            })) {
      begun.await();
      assertThat(stream.read()).isZero();
    }
    assertThat(stopped).isTrue();
  }
}
