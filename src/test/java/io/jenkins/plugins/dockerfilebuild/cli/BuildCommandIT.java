package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.dockerfilebuild.execution.docker.TestEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on a real engine: exit statuses, what it prints, what it leaves behind. */
class BuildCommandIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path context;
  // Makes every step of a test one that the engine has never seen.
  private final String salt = UUID.randomUUID().toString();

  @BeforeEach
  void anEmptyContext() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
  }

  private void dockerfile(String... lines) throws IOException {
    String head = "FROM " + TestEngine.BUSYBOX + "\nENV SALT=" + salt + "\n";
    Files.writeString(context.resolve("Dockerfile"), head + String.join("\n", lines) + "\n");
  }

  private CommandRun run(String command, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--agent", "a1=" + TestEngine.first().host()));
    arguments.addAll(List.of("--state", directory.resolve("state").toString()));
    arguments.addAll(List.of(options));
    return CommandRun.withInput("", Map.of(), arguments.toArray(String[]::new));
  }

  private CommandRun build(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add(context.toString());
    return run("build", all.toArray(String[]::new));
  }

  private JsonNode report(String name) throws IOException {
    return JSON.readTree(directory.resolve(name).toFile());
  }

  private static List<String> statuses(JsonNode report) {
    return StreamSupport.stream(report.get("steps").spliterator(), false)
        .map(step -> step.get("status").asText())
        .toList();
  }

  @Test
  void onlyTheStepsThatSeeAChangedFileRunAgain() throws IOException {
    dockerfile("RUN echo first", "RUN --mount=source=app,target=/app cat /app/file");
    Path file = Files.createDirectory(context.resolve("app")).resolve("file");
    Files.writeString(file, "one");
    String json = directory.resolve("report.json").toString();

    CommandRun fresh = build("--report", json);
    assertThat(fresh.status()).as(fresh.err()).isZero();
    assertThat(statuses(report("report.json"))).containsExactly("EXECUTED", "EXECUTED");

    CommandRun again = build("--report", json);
    assertThat(statuses(report("report.json"))).containsExactly("CACHED", "CACHED");
    assertThat(again.err()).contains(" 2 cached (saved ");

    Files.writeString(file, "two");
    CommandRun changed = build("--report", json);
    assertThat(changed.err()).contains("runs because app/file changed (on a1): RUN --mount=");
    JsonNode report = report("report.json");
    assertThat(statuses(report)).containsExactly("CACHED", "EXECUTED");
    assertThat(report.get("result").asText()).isEqualTo("SUCCESS");
    assertThat(report.at("/steps/1/miss/cause").asText()).isEqualTo("MOUNT_CONTENT");
  }

  @Test
  void aFailingRunIsStatusOneAndShowsWhereAndHow() throws IOException {
    dockerfile("RUN echo one; \\", "    echo two; exit 7", "RUN echo never");
    Path page = directory.resolve("report.html");

    CommandRun run =
        build("--report", directory.resolve("r.json").toString(), "--report", page.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("with exit status 7", ">> 3 | RUN echo one", ">> 4 |     echo two", "  | two")
        .contains("1 failed, 1 skipped")
        .doesNotContain("error:");
    JsonNode report = report("r.json");
    assertThat(report.get("result").asText()).isEqualTo("FAILURE");
    assertThat(statuses(report)).containsExactly("FAILED", "SKIPPED");
    assertThat(report.at("/steps/0/failure/exitCode").asInt()).isEqualTo(7);
    assertThat(Files.readString(page)).contains("<pre>one\ntwo\n</pre>");
  }

  @Test
  void progressNonePrintsTheImageIdAloneAndStillExplainsAFailure() throws IOException {
    dockerfile("RUN true");
    CommandRun run = build("--progress", "none");
    assertThat(run.out()).matches("sha256:[0-9a-f]{64}\n");
    assertThat(run.err()).isEmpty();

    dockerfile("RUN echo reason; exit 9");
    CommandRun failed = build("--progress", "none");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).startsWith("error: ").contains("Dockerfile:3", "| reason");
  }

  @Test
  void theImageIdStandsInTheFileOfIidfileAndNoOlderOneAfterAFailure() throws IOException {
    Path file = directory.resolve("id");
    dockerfile("RUN true");
    CommandRun run = build("--progress", "none", "--iidfile", file.toString());
    assertThat(file).hasContent(run.out().strip());

    dockerfile("RUN exit 9");
    assertThat(build("--iidfile", file.toString()).status()).isEqualTo(1);
    assertThat(file).doesNotExist();
  }

  @Test
  void theMetadataFileHasWhatDockersHas() throws IOException {
    Path file = directory.resolve("metadata.json");
    dockerfile("RUN true");
    CommandRun run =
        build(
            "--progress",
            "none",
            "--metadata-file",
            file.toString(),
            "-t",
            "dfb-a:1",
            "-t",
            "dfb-b");
    assertThat(run.status()).as(run.err()).isZero();
    TestEngine.first().remove("dfb-a:1");
    TestEngine.first().remove("dfb-b");

    JsonNode built = JSON.readTree(file.toFile());
    assertThat(built.path("containerimage.config.digest").asText()).isEqualTo(run.out().strip());
    assertThat(built.path("containerimage.digest").asText()).isEqualTo(run.out().strip());
    assertThat(built.path("image.name").asText())
        .isEqualTo("docker.io/library/dfb-a:1,docker.io/library/dfb-b");

    dockerfile("RUN exit 9");
    assertThat(build("--metadata-file", file.toString()).status()).isEqualTo(1);
    assertThat(JSON.readTree(file.toFile())).isEqualTo(built);
  }

  @Test
  void anEmptyTargetIsTheLastStage() throws IOException {
    dockerfile("RUN true");
    CommandRun run = build("--target", "");
    assertThat(run.status()).as(run.err()).isZero();
  }

  @Test
  void progressJsonIsOneObjectALine() throws IOException {
    dockerfile("RUN echo hello");

    List<String> lines = build("--progress", "json").outLines();

    assertThat(JSON.readTree(lines.get(lines.size() - 1)).get("result").asText())
        .isEqualTo("SUCCESS");
    assertThat(lines).anyMatch(line -> line.contains("\"line\":\"hello\""));
  }

  @Test
  void theArchiveOfTheImageNamesItsTags() throws IOException {
    dockerfile("RUN echo content > /file");
    Path archive = directory.resolve("image.tar");

    CommandRun run = build("-t", "example/app:1", "--output", "type=docker,dest=" + archive);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(manifest(archive).at("/0/RepoTags/0").asText()).isEqualTo("example/app:1");
  }

  @Test
  void theFilesOfTheImageAreWrittenAsItsTopLayersLeaveThem() throws IOException {
    dockerfile(
        "RUN mkdir -p /d/sub /gone /opaque && echo 1 > /d/sub/f && echo 1 > /gone/x"
            + " && echo 1 > /changed && echo 1 > /opaque/old && ln /changed /linked",
        "RUN rm -r /gone && echo 22 > /changed && rm /d/sub/f && mkdir /d/grüße"
            + " && rm -r /opaque && mkdir /opaque && echo 1 > /opaque/new");
    Path archive = directory.resolve("files.tar");

    CommandRun run = build("--output", "type=tar,dest=" + archive);

    assertThat(run.status()).as(run.err()).isZero();
    Map<String, Long> sizes = new TreeMap<>();
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(file)) {
      TarArchiveEntry entry = tar.getNextEntry();
      for (; entry != null; entry = tar.getNextEntry()) {
        assertThat(sizes.put(entry.getName(), entry.getSize())).as(entry.getName()).isNull();
      }
    }
    assertThat(sizes)
        .containsKeys("bin/busybox", "d/", "d/sub/", "d/grüße/")
        .containsEntry("changed", 3L)
        // Linked to what "changed" was, so it keeps that.
        .containsEntry("linked", 2L)
        .containsEntry("opaque/new", 2L)
        .doesNotContainKeys("d/sub/f", "gone/", "gone/x", "opaque/old");
  }

  private static JsonNode manifest(Path archive) throws IOException {
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(file)) {
      TarArchiveEntry entry = tar.getNextEntry();
      while (!entry.getName().equals("manifest.json")) {
        entry = tar.getNextEntry();
      }
      return JSON.readTree(tar.readAllBytes());
    }
  }

  @Test
  void theIgnoreFileOfTheDockerfileWins() throws IOException {
    dockerfile("COPY . /all", "RUN ls /all");
    Files.writeString(context.resolve("kept"), "x");
    Files.writeString(context.resolve("hidden"), "x");
    Files.writeString(context.resolve(".dockerignore"), "kept\n");
    Files.writeString(context.resolve("Dockerfile.dockerignore"), "hidden\n");

    assertThat(build().err().lines())
        .anyMatch(l -> l.endsWith(" kept"))
        .noneMatch(l -> l.endsWith(" hidden"));
  }

  @Test
  void argumentsFromTheEnvironmentReachTheBuild() throws IOException {
    dockerfile("ARG WHO", "RUN echo hello $WHO");

    CommandRun run =
        CommandRun.withInput(
            "",
            Map.of("WHO", "world", "DOCKER_HOST", TestEngine.first().host()),
            "build",
            "--state",
            directory.resolve("state").toString(),
            "--build-arg",
            "WHO",
            context.toString());

    assertThat(run.err().lines()).anyMatch(line -> line.endsWith(" hello world"));
  }

  @Test
  void proxiesOfDockersConfigurationReachCommandsAndChangeNoKey() throws IOException {
    dockerfile("RUN env | grep -i proxy");

    CommandRun run = buildWithProxy("http://user:word@proxy:3128");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(" HTTP_PROXY=http://user:word@proxy:3128", " http_proxy=http://user:word@proxy")
        .contains(" no_proxy=.example", " HTTPS_PROXY=given")
        .doesNotContain("of another engine", "is declared by no ARG");
    assertThat(buildWithProxy("http://other:3128").err()).contains("1 cached");
  }

  private CommandRun buildWithProxy(String proxy) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("docker"));
    String file =
        """
        {"proxies": {
          "default": {"httpProxy": "%s", "httpsProxy": "not used", "noProxy": ".example"},
          "tcp://elsewhere:2375": {"httpProxy": "of another engine"}
        }}
        """;
    Files.writeString(folder.resolve("config.json"), file.formatted(proxy));
    return CommandRun.withInput(
        "",
        Map.of("DOCKER_CONFIG", folder.toString(), "DOCKER_HOST", TestEngine.first().host()),
        "build",
        "--state",
        directory.resolve("state").toString(),
        "--build-arg",
        "https_proxy=given",
        context.toString());
  }

  @Test
  void twoColdBuildsWithASourceDateEpochMakeOneImageWhereTheirLayersAreTheSame()
      throws IOException {
    Files.writeString(context.resolve("data"), "data");
    dockerfile("COPY data /data", "CMD cat /data");
    String[] options = {"--no-cache", "--progress=none", "--build-arg", "SOURCE_DATE_EPOCH=1"};

    CommandRun first = build(options);

    assertThat(first.status()).as(first.err()).isZero();
    assertThat(build(options).out()).isEqualTo(first.out());
  }

  @Test
  void anUnknownStageIsStatusTwo() throws IOException {
    dockerfile("RUN true");

    CommandRun run = build("--target", "nope");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: ").contains("nope");
  }

  @Test
  void cacheDirectoriesAreListedMeasuredAndPruned() throws IOException {
    dockerfile("RUN --mount=type=cache,id=kept,target=/c head -c 5000 /dev/zero > /c/f");
    assertThat(build("--namespace", "mine").status()).isZero();

    assertThat(run("cache ls").out()).containsPattern("a1 +mine +kept +1 +5.0 kB +1 ");
    assertThat(run("cache ls --json").out())
        .contains("\"agent\":\"a1\",\"namespace\":\"mine\",\"id\":\"kept\"", "\"version\":1}");
    assertThat(run("cache verify").out()).containsPattern("a1 +mine +kept +1 +0 +0");
    assertThat(run("cache du").out())
        .containsPattern("a1 +cache directories +1 +5.0 kB +0")
        .containsPattern("a1 +step results +[1-9]");
    assertThat(run("cache prune", "--id", "other").out()).isEqualTo("removed 0 directories, 0 B\n");
    assertThat(run("cache prune", "--keep", "1GB").out()).startsWith("removed 0 ");
    assertThat(run("cache prune").out())
        .isEqualTo("removed a1 mine/kept, 5.0 kB\nremoved 1 directory, 5.0 kB\n");
    assertThat(run("cache ls").outLines()).hasSize(1);
  }
}
