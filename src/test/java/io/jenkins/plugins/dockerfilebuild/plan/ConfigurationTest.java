package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.dockerfile.DockerfileException;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What instructions that make no layer do to the configuration of the final image. */
class ConfigurationTest {

  @TempDir Path directory;
  private PlanFixture fixture;

  @BeforeEach
  void createFixture() {
    fixture = new PlanFixture(directory);
  }

  @Test
  void instructionsThatOnlyChangeTheConfigurationMakeNoStep() {
    assertThat(
            fixture
                .plan(
                    "FROM busybox",
                    "ENV A=b",
                    "LABEL a=b",
                    "USER me",
                    "EXPOSE 80",
                    "VOLUME /data",
                    "CMD x")
                .steps())
        .isEmpty();
  }

  @Test
  void envReplacesAVariableWhereItStands() {
    assertThat(fixture.config("FROM scratch", "ENV A=1 B=2", "ENV A=3").environment())
        .containsExactly(
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=3", "B=2");
  }

  @Test
  void labelsOfTheOptionsWinOverThoseOfTheDockerfile() {
    fixture.options(fixture.options().withLabels(Map.of("b", "given")));

    assertThat(fixture.config("FROM scratch", "LABEL a=1 b=2").labels())
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "given"));
  }

  @Test
  void theShellFormIsHandedToTheShellInForce() {
    ImageConfig config =
        fixture.config(
            "FROM busybox", "ENTRYPOINT serve $PORT", "SHELL [\"/bin/bash\", \"-ec\"]", "CMD now");

    assertThat(config.entrypoint()).contains(List.of("/bin/sh", "-c", "serve $PORT"));
    assertThat(config.command()).contains(List.of("/bin/bash", "-ec", "now"));
    assertThat(config.shell()).contains(List.of("/bin/bash", "-ec"));
  }

  @Test
  void anEntrypointForgetsTheCommandOfTheBase() {
    fixture.image("base", fixture.config("FROM busybox", "CMD [\"old\"]"));

    assertThat(fixture.config("FROM base", "ENTRYPOINT [\"new\"]").command()).isEmpty();
    assertThat(
            fixture
                .config("FROM busybox AS a", "CMD [\"old\"]", "FROM a", "ENTRYPOINT [\"new\"]")
                .command())
        .isEmpty();
  }

  @Test
  void anEntrypointKeepsACommandOfItsOwnStage() {
    assertThat(fixture.config("FROM busybox", "CMD [\"x\"]", "ENTRYPOINT [\"y\"]").command())
        .contains(List.of("x"));
  }

  @Test
  void aStageInheritsTheConfigurationOfTheStageItStartsFrom() {
    ImageConfig config =
        fixture.config(
            "FROM busybox AS a", "USER me", "WORKDIR /w", "EXPOSE 80", "FROM a", "VOLUME /v");

    assertThat(config.user()).isEqualTo("me");
    assertThat(config.workingDirectory()).isEqualTo("/w");
    assertThat(config.exposedPorts()).containsExactly("80/tcp");
    assertThat(config.volumes()).containsExactly("/v");
  }

  @Test
  void workdirIsRelativeToTheOneBefore() {
    assertThat(
            fixture
                .config("FROM busybox", "ENV D=b", "WORKDIR /a", "WORKDIR ${D}/../c/./d/")
                .workingDirectory())
        .isEqualTo("/a/c/d");
    assertThat(fixture.config("FROM scratch", "WORKDIR x").workingDirectory()).isEqualTo("/x");
  }

  @Test
  void healthCheckIsKeptAsDockerStoresIt() {
    assertThat(
            fixture
                .config("FROM busybox", "HEALTHCHECK --interval=5s --retries=3 CMD test -f /ok")
                .healthCheck())
        .contains(
            new ImageConfig.HealthCheck(
                List.of("CMD-SHELL", "test -f /ok"), 5_000_000_000L, 0, 0, 0, 3));
    assertThat(fixture.config("FROM busybox", "HEALTHCHECK NONE").healthCheck())
        .map(ImageConfig.HealthCheck::test)
        .contains(List.of("NONE"));
  }

  @Test
  void variablesArePutIntoWhatTheReferenceAllows() {
    ImageConfig config =
        fixture.config(
            "FROM busybox",
            "ENV V=7",
            "LABEL version=$V",
            "USER u$V",
            "EXPOSE 80$V/udp",
            "VOLUME /v$V",
            "STOPSIGNAL $V");

    assertThat(config.labels()).containsEntry("version", "7");
    assertThat(config.user()).isEqualTo("u7");
    assertThat(config.exposedPorts()).containsExactly("807/udp");
    assertThat(config.volumes()).containsExactly("/v7");
    assertThat(config.stopSignal()).contains("7");
  }

  @Test
  void maintainerIsTheAuthor() {
    assertThat(fixture.config("FROM busybox", "MAINTAINER me").author()).isEqualTo("me");
  }

  @ParameterizedTest
  @CsvSource({
    "80, 80/tcp",
    "53/UDP, 53/udp",
    "1-3, '1/tcp 2/tcp 3/tcp'",
    "127.0.0.1:80:8080, 8080/tcp",
    "[::1]:80:8080, 8080/tcp",
    "::1:80:8080, 8080/tcp",
    "90-92:80, 80/tcp",
    "90-91:80-81, '80/tcp 81/tcp'",
    "+80/, 80/tcp"
  })
  void portsAreExposedWithTheirProtocol(String written, String exposed) {
    assertThat(ExposedPort.parse(written)).containsExactly(exposed.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x            | invalid containerPort: x
          80-          | invalid containerPort: 80-
          5-3          | invalid containerPort: 5-3
          99999        | invalid containerPort: 99999
          80/http      | invalid port: "80/http": invalid proto: http
          80/tcp/x     | invalid port: "80/tcp/x": invalid proto: tcp/x
          /tcp         | invalid port: "/tcp": no port specified
          90:          | invalid port: "90:": no port specified
          host:80      | invalid hostPort: host
          a:90:80      | invalid IP address: a
          1-2:80-82    | invalid ranges specified for container and host Ports: 80-82 and 1-2
          """)
  void whatIsNoPortIsRefused(String written, String problem) {
    assertThatThrownBy(() -> ExposedPort.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "9,true",
    "SIGTERM,true",
    "term,true",
    "RTMIN+3,true",
    "SIGFOO,false",
    "0,false",
    "99,true",
    "-1,true"
  })
  void stopSignalsAreChecked(String signal, boolean valid) {
    assertThat(StopSignals.isValid(signal)).isEqualTo(valid);
  }

  @Test
  void anUnknownStopSignalIsRefused() {
    assertThatThrownBy(() -> fixture.plan("FROM busybox", "STOPSIGNAL SIGFOO"))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("Dockerfile:2: invalid signal: SIGFOO");
  }

  @Test
  void triggersOfTheBaseImageRunRightAfterFromAndAreNotHandedOn() {
    fixture.image("base", PlanFixture.configWithOnBuild("RUN first", "ENV A=trigger"));

    BuildPlan plan = fixture.plan("FROM base", "RUN second", "ONBUILD RUN later");

    assertThat(plan.steps()).hasSize(2);
    PlannedStep trigger = plan.steps().get(0);
    assertThat(((PlannedOperation.Run) trigger.operation()).command()).endsWith("first");
    assertThat(trigger.place().range().startLine()).isEqualTo(1);
    assertThat(plan.steps().get(1).surroundings().environment()).contains("A=trigger");
    assertThat(plan.target().base().onBuild()).containsExactly("RUN later");
  }

  @Test
  void triggersOfAStageRunInTheStageThatStartsFromItOnly() {
    BuildPlan plan =
        fixture.plan("FROM busybox AS a", "ONBUILD RUN x", "FROM a AS b", "FROM b", "RUN y");

    assertThat(plan.steps())
        .extracting(step -> ((PlannedOperation.Run) step.operation()).command().get(2))
        .containsExactly("x", "y");
    assertThat(plan.target().base().onBuild()).isEmpty();
  }

  @Test
  void aTriggerThatIsNoInstructionIsRefusedWithItsImage() {
    fixture.image("base", PlanFixture.configWithOnBuild("WALK away"));

    assertThatThrownBy(() -> fixture.plan("FROM base"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("ONBUILD of base");
  }

  @Test
  void historyTellsWhichStepsMadeLayers() {
    fixture.file("a", "a");

    StageResult target =
        fixture.plan("FROM busybox", "ENV A=b", "RUN true", "COPY a /a", "CMD [\"sh\"]").target();

    assertThat(target.config(5, step -> step == 1).history())
        .containsExactly(
            new ImageConfig.History(5, "ENV A=b", true),
            new ImageConfig.History(5, "RUN /bin/sh -c true", true),
            new ImageConfig.History(5, "COPY a /a", false),
            new ImageConfig.History(5, "CMD [\"sh\"]", true));
  }

  @Test
  void historyOfTheBaseImageComesFirst() {
    ImageConfig base = fixture.config("FROM scratch", "LABEL a=b");
    fixture.image("base", base);

    assertThat(fixture.config("FROM base", "USER me").history())
        .extracting(ImageConfig.History::createdBy)
        .containsExactly("LABEL a=b", "USER me");
  }

  /** Lines as seen from BuildKit in Docker 28.5.2. */
  @Test
  void theHistoryTellsPortsVolumesAndShellsAsBuildKitDoes() {
    List<String> dockerfile =
        List.of(
            "FROM busybox",
            "EXPOSE 80 8080:81 90-92/UDP",
            "VOLUME [\"/a\", \"b c\"]",
            "SHELL [\"/bin/sh\", \"-x\", \"-c\"]");

    assertThat(fixture.config(dockerfile.toArray(String[]::new)).history())
        .extracting(ImageConfig.History::createdBy)
        .containsExactly(
            "EXPOSE [80/tcp 81/tcp 90/udp 91/udp 92/udp]",
            "VOLUME [/a b c]",
            "SHELL [/bin/sh -x -c]");
  }

  @Test
  void buildArgumentsDoNotAppearInTheHistory() {
    fixture.argument("TOKEN", "hidden");

    assertThat(fixture.config("FROM busybox", "ARG TOKEN=x", "RUN y").history())
        .extracting(ImageConfig.History::createdBy)
        .containsExactly("ARG TOKEN=x", "RUN /bin/sh -c y");
  }

  @Test
  void aBaseImageOfAnotherPlatformIsWarnedOf() {
    ImageReference arm = new ImageReference("busybox", "linux/arm64");
    Planning planning =
        fixture
            .options(fixture.options().withPlatform(Platform.parse("arm64")))
            .known(arm, "busybox")
            .planning("FROM busybox", "RUN x");

    assertThat(((Planning.Planned) planning).plan().warnings())
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning.message())
                    .isEqualTo(
                        "base image busybox is for platform \"linux/amd64\", expected"
                            + " \"linux/arm64\""));
  }

  @Test
  void theImageIsOfThePlatformThatWasAskedForThoughItsStageRunsOnAnother() {
    fixture.options(fixture.options().withPlatform(Platform.parse("linux/arm64"))).file("data", "");

    assertThat(fixture.config("FROM --platform=$BUILDPLATFORM busybox", "COPY data /").platform())
        .isEqualTo("linux/arm64");
  }

  @Test
  void aVariantOfTheBaseStaysWhereThePlatformThatWasAskedForNamesNone() {
    fixture
        .image("fast", ImageConfig.scratch("linux/amd64/v3"))
        .options(fixture.options().withPlatform(Platform.parse("linux/amd64")));

    assertThat(fixture.config("FROM fast").platform()).isEqualTo("linux/amd64/v3");
  }

  @Test
  void whereNoPlatformWasAskedForTheImageIsOfThatOfItsBase() {
    fixture.image("other", ImageConfig.scratch("linux/arm64"));

    assertThat(fixture.config("FROM other").platform()).isEqualTo("linux/arm64");
  }

  private static List<Long> times(BuildPlan plan, long createdMillis) {
    return plan.target().config(createdMillis, step -> true).history().stream()
        .map(ImageConfig.History::createdMillis)
        .toList();
  }

  @Test
  void noLineThatTheBuildAddsIsLaterThanTheSourceDateEpoch() {
    ImageConfig base =
        ConfigBuilder.of(ImageConfig.scratch("linux/amd64"))
            .history(List.of(new ImageConfig.History(9000, "of the base", false)))
            .build();
    fixture.image("base", base).argument("SOURCE_DATE_EPOCH", "5");

    assertThat(times(fixture.plan("FROM base", "RUN x", "USER me"), 7000))
        .containsExactly(9000L, 5000L, 5000L);
    assertThat(times(fixture.plan("FROM base", "RUN x"), 4000)).containsExactly(9000L, 4000L);
  }

  @Test
  void anArgInFrontOfTheFirstFromSaysTheSourceDateEpochUnlessABuildArgumentDoes() {
    String[] lines = {"ARG SOURCE_DATE_EPOCH=5", "FROM busybox", "USER me"};

    assertThat(times(fixture.plan(lines), 7000)).containsExactly(5000L);
    fixture.argument("SOURCE_DATE_EPOCH", "6");
    assertThat(times(fixture.plan(lines), 7000)).containsExactly(6000L);
    fixture.argument("SOURCE_DATE_EPOCH", "");
    assertThat(times(fixture.plan(lines), 7000)).containsExactly(7000L);
  }

  @Test
  void aSourceDateEpochThatIsNoNumberIsRefused() {
    assertThatThrownBy(() -> fixture.plan("# x", "ARG SOURCE_DATE_EPOCH=now", "FROM busybox"))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(
            "Dockerfile:2: ARG SOURCE_DATE_EPOCH is \"now\", and not a number of seconds since 1970"
                + " (such as \"git log -1 --format=%ct\" prints)");
    fixture.argument("SOURCE_DATE_EPOCH", "-1");
    assertThatThrownBy(() -> fixture.plan("FROM busybox"))
        .hasMessageStartingWith("Dockerfile: build argument SOURCE_DATE_EPOCH is \"-1\"");
  }

  @Test
  void theResultOfAStageWithoutStepsIsItsBase() {
    StageResult target = fixture.plan("FROM busybox", "USER me").target();

    assertThat(target.root()).isInstanceOf(RootFilesystem.Base.class);
    assertThat(target.base().shell()).isEqualTo(Optional.empty());
  }
}
