package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.build.OutputTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An image that goes to standard output, whose agent is lost meanwhile. */
class StandardOutputTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final OutputTarget target =
      OutputOption.parse("type=docker,dest=-")
          .output(io(new PrintStream(written, false, StandardCharsets.UTF_8)), Path.of("unused"))
          .orElseThrow()
          .target();

  private static CommandIo io(PrintStream out) {
    return new CommandIo(InputStream.nullInputStream(), out, out, Map.of(), false);
  }

  private void loseAfter(int bytes) {
    assertThatThrownBy(
            () ->
                target.write(
                    out -> {
                      out.write(new byte[bytes]);
                      throw new IOException("lost");
                    }))
        .hasMessage("lost");
  }

  private static void whole(OutputStream out) throws IOException {
    out.write("image".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void itBeginsAnewAsLongAsNothingWasWritten() throws IOException {
    loseAfter(100);
    target.write(StandardOutputTest::whole);
    assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("image");
  }

  @Test
  void aPartOfAnImageIsNotFollowedByAnother() {
    loseAfter(1_000_000);
    assertThatThrownBy(() -> target.write(StandardOutputTest::whole))
        .hasMessage("its agent was lost when a part of it was written");
    assertThat(written.toString(StandardCharsets.UTF_8)).doesNotContain("image");
  }
}
