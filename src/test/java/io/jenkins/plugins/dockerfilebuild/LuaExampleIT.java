package io.jenkins.plugins.dockerfilebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code examples/lua} as a user runs it: real C sources and a real compiler from Debian, with a
 * bind, a tmpfs and a cache mount. The toolchain image is made once below {@code target/lua}.
 */
class LuaExampleIT {

  private static final Path EXAMPLE = Path.of("examples/lua").toAbsolutePath();
  private static final Path PREPARED = Path.of("target/lua").toAbsolutePath();

  @TempDir private Path work;

  @Test
  void theImagePrintsItsVersionAndARebuildFindsItsObjectsInTheCacheMount() throws Exception {
    run("prepare", PREPARED.toString());
    Files.createSymbolicLink(work.resolve("toolchain.tar"), PREPARED.resolve("toolchain.tar"));
    copy(PREPARED.resolve("context"), work.resolve("context"));

    assertThat(build())
        .containsPattern("(?m)^Lua 5\\.4\\.\\d+ ")
        .containsPattern("Cacheable calls: +34 / +36")
        .containsPattern("Hits: +0 / +34");

    Path source = work.resolve("context/lua/src/lua.c");
    Files.writeString(source, "/* changed */\n", StandardOpenOption.APPEND);

    assertThat(build())
        .containsPattern("(?m)^Lua 5\\.4\\.\\d+ ")
        .containsPattern("lua/src/lua\\.c changed")
        .containsPattern("Hits: +3[34] / +68");
  }

  private String build() throws IOException, InterruptedException {
    return run("build", "--work", work.toString(), "--progress", "plain");
  }

  private static String run(String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of(EXAMPLE.resolve(script).toString()), Stream.of(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DOCKER_HOST", TestEngine.first().host());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
