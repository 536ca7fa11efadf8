package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Cuts what a container prints into lines. Bytes that are no UTF-8 are replaced, and a line is cut
 * where it grows too long.
 */
final class OutputLines extends StreamedAnswer<Frame> {

  private static final int LONGEST_LINE = 64 << 10;

  private final StepOutput output;
  private final Map<StreamType, ByteArrayOutputStream> begun = new EnumMap<>(StreamType.class);
  private final CountDownLatch ended = new CountDownLatch(1);

  OutputLines(StepOutput output) {
    this.output = output;
  }

  @Override
  public void onNext(Frame frame) {
    StreamType stream = frame.getStreamType();
    ByteArrayOutputStream line = begun.computeIfAbsent(stream, s -> new ByteArrayOutputStream());
    for (byte b : frame.getPayload()) {
      if (b == '\n') {
        tell(stream, line);
      } else {
        line.write(b);
        if (line.size() >= LONGEST_LINE) {
          tell(stream, line);
        }
      }
    }
  }

  private void tell(StreamType stream, ByteArrayOutputStream line) {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    output.line(
        text.endsWith("\r") ? text.substring(0, text.length() - 1) : text,
        stream == StreamType.STDERR);
  }

  @Override
  public void onComplete() {
    end();
    super.onComplete();
  }

  @Override
  public void onError(Throwable problem) {
    end();
    super.onError(problem);
  }

  private void end() {
    begun.forEach(
        (stream, line) -> {
          if (line.size() > 0) {
            tell(stream, line);
          }
        });
    ended.countDown();
  }

  /** Whether the container's output has ended within the time. */
  boolean awaitEnd(long seconds) throws InterruptedException {
    return ended.await(seconds, TimeUnit.SECONDS);
  }
}
