package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParseCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @Test
  void jsonHasTheFormatOfTheVectors() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("Dockerfile"),
            """
        # syntax=docker/dockerfile:1
        FROM busybox AS base
        RUN --mount=type=cache,target=/c <<EOF
        grüße
        EOF
        ONBUILD CMD ["a"]
        """);

    CommandRun run = CommandRun.of("parse", "--json", file.toString());

    assertThat(run.status()).isZero();
    assertThat(run.outLines())
        .containsExactly(
            "{\"directives\":{\"escape\":\"\\\\\",\"syntax\":\"docker/dockerfile:1\"},"
                + "\"instructions\":["
                + "{\"keyword\":\"FROM\",\"flags\":[],\"arguments\":[\"busybox\",\"AS\",\"base\"],"
                + "\"json\":false,\"heredocs\":[],\"startLine\":2,\"endLine\":2},"
                + "{\"keyword\":\"RUN\",\"flags\":[\"--mount=type=cache,target=/c\"],"
                + "\"arguments\":[\"<<EOF\"],\"json\":false,\"heredocs\":[{\"name\":\"EOF\",\"fd\":0,"
                + "\"expand\":true,\"chomp\":false,\"content\":\"grüße\\n\"}],"
                + "\"startLine\":3,\"endLine\":5},"
                + "{\"keyword\":\"ONBUILD\",\"flags\":[],\"arguments\":[],\"json\":false,"
                + "\"heredocs\":[],\"onbuild\":{\"keyword\":\"CMD\",\"flags\":[],"
                + "\"arguments\":[\"a\"],\"json\":true,\"heredocs\":[],\"startLine\":0,\"endLine\":0},"
                + "\"startLine\":6,\"endLine\":6}],\"warnings\":0}");
  }

  @Test
  void everyFileGetsItsLineAndOneRefusedMakesTheStatusTwo() throws IOException {
    Path good = Files.writeString(directory.resolve("good"), "FROM scratch\n");
    Path bad = Files.writeString(directory.resolve("bad"), "FROM scratch\n\nENV a\n");

    CommandRun run =
        CommandRun.of(
            "parse", "--json", good.toString(), bad.toString(), "missing", good.toString());

    assertThat(run.status()).isEqualTo(2);
    List<String> lines = run.outLines();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).isEqualTo(lines.get(3)).contains("\"keyword\":\"FROM\"");
    assertThat(JSON.readTree(lines.get(1)).get("line").asInt()).isEqualTo(3);
    assertThat(JSON.readTree(lines.get(2)).get("error").asText()).contains("does not exist");
  }

  @Test
  void withoutJsonInstructionsAreListedAndProblemsNamed() throws IOException {
    Path good = Files.writeString(directory.resolve("good"), "FROM scratch\nENV a=b \\\n c=d\n");
    Path bad = Files.writeString(directory.resolve("bad"), "FROM scratch\nENV a\n");

    CommandRun run = CommandRun.of("parse", good.toString(), bad.toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.outLines()).hasSize(2).first().asString().endsWith("good:1 FROM scratch");
    assertThat(run.err()).contains("bad:2: ");
  }

  @Test
  void standardInputIsADockerfileToo() {
    CommandRun run = CommandRun.withInput("FROM scratch\n", Map.of(), "parse", "--json", "-");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("\"arguments\":[\"scratch\"]");
  }

  @Test
  void theCommandLineAgreesWithEveryVector() throws IOException {
    Path vectors = conformance();
    assumeTrue(Files.isDirectory(vectors), "no conformance vectors beside the project");
    List<Path> expectations = expectations(vectors);
    List<String> arguments = new ArrayList<>(List.of("parse", "--json"));
    expectations.forEach(file -> arguments.add(file.resolveSibling("Dockerfile").toString()));

    List<String> lines = CommandRun.of(arguments.toArray(String[]::new)).outLines();

    assertThat(lines).hasSameSizeAs(expectations).hasSizeGreaterThan(800);
    List<Path> different = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode expected = JSON.readTree(expectations.get(i).toFile());
      JsonNode answered = JSON.readTree(lines.get(i));
      if (expected.has("error") ? !answered.has("error") : !expected.equals(answered)) {
        different.add(vectors.relativize(expectations.get(i)));
      }
    }
    assertThat(different).isEmpty();
  }

  private static Path conformance() {
    return Path.of("..", "shared", "conformance");
  }

  private static List<Path> expectations(Path vectors) throws IOException {
    try (Stream<Path> files = Files.walk(vectors)) {
      return files.filter(file -> file.endsWith("expect.json")).sorted().toList();
    }
  }
}
