package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Dockerfiles of some kilobytes whose plan would fill the memory of whoever makes it. */
class HostilePlanTest {

  private static final int MANY = 300;

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture = new PlanFixture(directory);
  }

  static Stream<Arguments> multiplications() {
    return Stream.of(
        Arguments.of("labels", stage(repeated("LABEL l%d=$A"))),
        Arguments.of("history", stage(repeated("ENV B=$A"))),
        Arguments.of("arguments before FROM", argumentsBeforeFrom()),
        Arguments.of("files", stage(repeated("COPY <<EOF /%d\n$A\nEOF"))),
        Arguments.of("destinations", stage(repeated("COPY . /$A/%d"))),
        Arguments.of("mounts", stage(repeated("RUN --mount=type=cache,id=${A}%d,target=/c x"))),
        Arguments.of("a shell", shell()),
        Arguments.of("directories", directories()),
        Arguments.of("ports", ports()),
        Arguments.of("variables of steps", variablesOfSteps()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("multiplications")
  void whatAFewLinesMultiplyIsBounded(String what, List<String> lines) {
    assertThatThrownBy(() -> fixture.plan(lines.toArray(String[]::new)))
        .isInstanceOf(DockerfileException.class)
        .hasMessageMatching("Dockerfile:\\d+: the plan would hold more than 64 MiB of .*");
  }

  @Test
  void stepsShareTheTextOfTheirVariables() {
    List<PlannedStep> steps = fixture.plan("FROM busybox", "ENV A=1", "RUN x", "RUN y").steps();

    assertThat(steps.get(1).surroundings().environment().get(1))
        .isEqualTo("A=1")
        .isSameAs(steps.get(0).surroundings().environment().get(1));
  }

  /** A stage with a variable of a third of a megabyte. */
  private static List<String> stage(List<String> rest) {
    List<String> lines = new ArrayList<>(List.of("FROM busybox", "ENV A=0123456789"));
    lines.addAll(IntStream.range(0, 15).mapToObj(i -> "ENV A=$A$A").toList());
    lines.addAll(rest);
    return lines;
  }

  private static List<String> repeated(String line) {
    return IntStream.range(0, MANY).mapToObj(line::formatted).toList();
  }

  private static List<String> argumentsBeforeFrom() {
    List<String> lines = new ArrayList<>(List.of("ARG A=0123456789"));
    lines.addAll(IntStream.range(0, 15).mapToObj(i -> "ARG A=$A$A").toList());
    lines.addAll(repeated("ARG A%d=$A"));
    lines.add("FROM busybox");
    return lines;
  }

  private static List<String> shell() {
    List<String> lines =
        new ArrayList<>(List.of("FROM busybox", "SHELL [\"%s\"]".formatted("s".repeat(60_000))));
    lines.addAll(IntStream.range(0, 1_500).mapToObj(i -> "CMD x").toList());
    return lines;
  }

  private static List<String> directories() {
    List<String> lines = new ArrayList<>(List.of("FROM busybox"));
    lines.addAll(IntStream.range(0, 9_000).mapToObj(i -> "WORKDIR directory").toList());
    return lines;
  }

  private static List<String> ports() {
    List<String> lines = new ArrayList<>(List.of("FROM busybox AS s0", "EXPOSE 0-65535"));
    lines.addAll(
        IntStream.range(0, 20).mapToObj(i -> "FROM s%d AS s%d".formatted(i, i + 1)).toList());
    return lines;
  }

  private static List<String> variablesOfSteps() {
    List<String> lines = new ArrayList<>(List.of("FROM busybox"));
    lines.addAll(IntStream.range(0, 900).mapToObj("ENV E%d=1"::formatted).toList());
    lines.addAll(IntStream.range(0, 900).mapToObj("RUN x%d"::formatted).toList());
    return lines;
  }
}
