package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cache import} and {@code cache export} around real builds. */
class CacheArchiveIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void anArchiveSeedsACacheAndComesOutAgainWithWhatABuildAdded() throws Exception {
    Path m2 = Files.createDirectories(directory.resolve("m2/org"));
    Files.writeString(m2.resolve("a.jar"), "from outside");
    Path tar = directory.resolve("m2.tar.gz");
    shell(m2.getParent(), "tar", "-czf", tar.toString(), ".");

    CommandRun imported = run("cache import", "--json", "m2", tar.toString());
    assertThat(imported.status()).as(imported.err()).isZero();
    JsonNode told = JSON.readTree(imported.out());
    assertThat(told.get("version").asLong()).isEqualTo(1);
    assertThat(told.get("files").asLong()).isEqualTo(1);
    assertThat(told.get("changed").asBoolean()).isTrue();

    build("cat /m2/org/a.jar; echo from a build > /m2/b");
    JsonNode mount = JSON.readTree(directory.resolve("r.json").toFile()).at("/steps/0/mounts/0");
    assertThat(mount.get("hit").asText()).isEqualTo("WARM");
    assertThat(mount.get("version").asLong()).isEqualTo(1);

    Path out = directory.resolve("out.tar.zst");
    CommandRun exported = run("cache export", "m2", "--output", out.toString());
    assertThat(exported.out()).contains("exported m2 version 2: 2 files");
    CommandRun again = run("cache import", "copy", out.toString());
    assertThat(again.out()).contains("imported copy as version 1 on a1: 2 files");
    CommandRun plain = run("cache export", "--output", "-", "copy");
    Files.write(directory.resolve("plain.tar"), plain.out().getBytes(StandardCharsets.UTF_8));
    assertThat(shell(directory, "tar", "-xOf", "plain.tar", "b")).isEqualTo("from a build\n");
  }

  @Test
  void whatIsRefusedChangesNothing() throws Exception {
    Path good = Files.createDirectories(directory.resolve("good"));
    Files.writeString(good.resolve("a"), "good");
    shell(good, "tar", "-cf", "../good.tar", ".");
    run("cache import", "m2", directory.resolve("good.tar").toString());
    shell(good, "tar", "-P", "--transform=s,^,../../,", "-cf", "../climbs.tar", "a");

    CommandRun refused = run("cache import", "m2", directory.resolve("climbs.tar").toString());

    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("its entry \"../../a\" leads out of the directory")
        .contains("the cache directory m2 is as it was");
    assertThat(run("cache import", "m2", directory.resolve("good.tar").toString()).out())
        .contains("nothing new in m2 as version 1");
    CommandRun missing = run("cache import", "m2", directory.resolve("no.tar").toString());
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err()).contains("cannot read ", "no.tar: it does not exist");
    CommandRun unknown = run("cache export", "--output", "x.tar", "m3");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("no agent has a cache directory m3");
  }

  private void build(String command) throws IOException {
    Path context = Files.createDirectories(directory.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM %s\nENV SALT=%s\nRUN --mount=type=cache,id=m2,target=/m2 %s\n"
            .formatted(TestEngine.BUSYBOX, UUID.randomUUID(), command));
    CommandRun built =
        run("build", "--report", directory.resolve("r.json").toString(), context.toString());
    assertThat(built.status()).as(built.err()).isZero();
  }

  private CommandRun run(String command, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--agent", "a1=" + TestEngine.first().host()));
    arguments.addAll(List.of("--state", directory.resolve("state").toString()));
    arguments.addAll(List.of(options));
    return CommandRun.withInput("", Map.of(), arguments.toArray(String[]::new));
  }

  private static String shell(Path where, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
