package io.jenkins.plugins.dockerfilebuild.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "../a b/%41",
        "/x/\u00e9",
        "../\u00e9/..",
        "\u65e5/\ud83d\ude00",
        "a#?\u00e9"
      })
  void aNameIsTheSameThereAndBack(String name) {
    assertThat(FileNames.text(FileNames.path(name))).isEqualTo(name);
  }

  @Test
  void bytesThatAreNoTextAreTheSameThereAndBack() throws IOException {
    byte[] name = {
      'a', (byte) 0xe9, (byte) 0xc3, (byte) 0xa9, (byte) 0xed, (byte) 0xb2, (byte) 0x80
    };

    String text = FileNames.text(name);

    assertThat(FileNames.isText(text)).isFalse();
    assertThat(FileNames.bytes(text)).isEqualTo(name);
    Files.createFile(FileNames.resolve(directory, text));
    assertThat(directory.toUri().resolve("a%E9%C3%A9%ED%B2%80"))
        .isEqualTo(FileNames.resolve(directory, text).toUri());
  }

  /** Prints the digest of a context; run in a process of another locale. */
  static final class PrintDigest {
    public static void main(String[] arguments) {
      System.out.print(SampleFiles.context(Path.of(arguments[0])).tree(".").digest().hex());
    }
  }

  @Test
  void theCLocaleSeesTheSameNames() throws Exception {
    SampleFiles.write(directory, "caf\u00e9/x", "x");
    Files.createSymbolicLink(directory.resolve("link"), FileNames.path("caf\u00e9/x"));
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PrintDigest.class.getName(),
            directory.toString());
    child.environment().put("LC_ALL", "C");

    Process process = child.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).isEqualTo(SampleFiles.context(directory).tree(".").digest().hex());
  }
}
