package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

  @TempDir private Path context;

  @BeforeEach
  void aContextWithADockerfile() throws IOException {
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nENV a=b\n");
  }

  private CommandRun build(String... options) {
    return CommandRun.of(
        Stream.of(List.of("build"), Arrays.asList(options), List.of(context.toString()))
            .flatMap(List::stream)
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--push                             | --push: the image has no name",
        "--output type=oci                  | dest= is missing",
        "--output type=local,dest=-         | type=tar,dest=- writes an archive",
        "-o type=oci,dest=- -o -            | only one can be written to standard output",
        "--allow everything                 | there is no such entitlement",
        "--output type=zip,dest=x           | unknown type \"zip\"",
        "--output type=tar                  | dest= is missing",
        "--output type=tar,dest=- --progress none | both write to standard output",
        "--output dest=x                    | type= is missing",
        "--output type=docker,dset=x        | \"dset=x\" is not one of",
        "--agent builder                    | not of the form NAME=DOCKER_HOST",
        "--agent a=/var/run/docker.sock     | is not the address of a Docker engine",
        "--agent a=unix:///x --agent a=unix:///y | there is already an agent of that name",
        "--secret src=x                     | id= is missing",
        "--secret id=a,src=/does/not/exist  | cannot read the file /does/not/exist: it does not"
            + " exist",
        "--secret id=a,env=NOT_SET_ANYWHERE | the variable NOT_SET_ANYWHERE is not set",
        "--ssh default                      | SSH_AUTH_SOCK is not set",
        "--ssh default=/does/not/exist      | there is no socket /does/not/exist",
        "--ssh default=/etc/passwd          | is not the socket of an agent",
        "--build-arg =x                     | a name must stand before =",
        "--build-context a                  | it has no value",
        "--build-context a=/does/not/exist  | --build-context a=/does/not/exist: no such directory",
        "--build-context a=/etc/passwd      | not a directory",
        "--build-context a=https://x/y.git  | only a directory or an image (docker-image://NAME)",
        "--build-context a=docker-image://A | invalid reference format",
        "--build-context a:=.               | invalid context name a:",
        "--build-context a=. --build-context a:latest=. | it is given twice",
        "--report x.xml                     | must end in .json or .html",
        "--progress fancy                   | 'fancy'",
        "--platform                         | CONTEXT",
        "--no-such-option                   | --no-such-option",
        "-f /does/not/exist                 | cannot read the Dockerfile /does/not/exist"
      })
  void wrongUsageIsToldAndIsStatusTwo(String options, String expected) {
    CommandRun run = build(options.strip().split(" +"));

    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: ").contains(expected).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "build",
    "''",
    "biuld .",
    "build /does/not/exist",
    "build https://example.org/x.git",
    "build -",
    "cache",
    "cache rm",
    "cache prune --keep many",
    "cache du --keep-storage much",
    "cache prune --older-than long",
    "cache import id /does/not/exist.tar",
    "parse",
    "check"
  })
  void incompleteCommandsAreStatusTwo(String arguments) {
    CommandRun run = CommandRun.of(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: ").doesNotContain("\tat ");
  }

  @Test
  void aDefaultPlatformThatIsNoneIsToldWithItsVariable() {
    CommandRun run =
        CommandRun.withInput(
            "FROM scratch",
            Map.of("DOCKER_DEFAULT_PLATFORM", "linux/a/b/c"),
            "build",
            "--agent",
            "a1=unix:///nowhere",
            "--state",
            "/nowhere",
            "-f",
            "-",
            "/");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: DOCKER_DEFAULT_PLATFORM: ");
  }

  @Test
  void anAgentRunsOneStepAtOnceAtLeast() {
    CommandRun run =
        CommandRun.of(
            ("agent --name a1 --docker-host unix:///nowhere/docker.sock --state /nowhere"
                    + " --listen 127.0.0.1:0 --capacity 0")
                .split(" "));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--capacity 0: not between 1 and ");
  }

  @Test
  void aMisspelledCommandGetsTheNearestOne() {
    assertThat(CommandRun.of("biuld", ".").err()).contains("did you mean").contains("build");
  }

  @Test
  void debugAddsTheStackTrace() {
    assertThat(build("--debug", "--push").err()).contains("error: --push").contains("\tat ");
  }

  @Test
  void helpIsForStandardOutputAndNoError() {
    CommandRun run = CommandRun.of("build", "--help");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("--build-arg", "--secret", "--namespace", "CONTEXT");
    assertThat(CommandRun.of("--help").out()).contains("build", "parse", "check", "cache");
    assertThat(CommandRun.of("--version").out()).startsWith("dockerfile-build ");
  }

  @Test
  void anEngineThatDoesNotAnswerIsStatusThree() {
    CommandRun run =
        build("--agent", "a=unix://" + context.resolve("no.sock"), "--state", context + "/s");

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).startsWith("error: ").contains("no.sock");
  }

  @Test
  void whatAnswersAndIsNoEngineIsStatusThree() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    try {
      String host = "tcp://127.0.0.1:" + server.getAddress().getPort();

      CommandRun run = build("--agent", "a=" + host, "--state", context + "/s");

      assertThat(run.status()).as(run.err()).isEqualTo(3);
      assertThat(run.err()).startsWith("error: What answers at " + host + " is no Docker engine");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void dockerHostNamesTheEngineWhereNoAgentIsGiven() {
    CommandRun run =
        CommandRun.withInput(
            "",
            Map.of("DOCKER_HOST", "unix:///nowhere/engine.sock", "HOME", context.toString()),
            "build",
            context.toString());

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("/nowhere/engine.sock");
  }

  @Test
  void anInvalidDockerfileIsStatusTwoWithItsPlaceBeforeAnyEngineIsAsked() throws IOException {
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nRUUN x\n");

    CommandRun run = build("--agent", "a=unix:///nowhere/engine.sock");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("Dockerfile:2").contains("RUN");
  }

  @Test
  void aDockerfileInSmallLettersCountsWhereThereIsNoOther() throws IOException {
    String[] nowhere = {"--agent", "a=unix:///nowhere/engine.sock"};
    Files.writeString(context.resolve("dockerfile"), "FROM scratch\nRUUN x\n");
    assertThat(build(nowhere).status()).isEqualTo(3);

    Files.delete(context.resolve("Dockerfile"));

    assertThat(build(nowhere).err()).contains("/dockerfile:2");
    Files.delete(context.resolve("dockerfile"));
    assertThat(build(nowhere).err()).contains("cannot read the Dockerfile", "/Dockerfile: ");
  }

  @Test
  void aDamagedConfigOfDockerIsAWarningUnlessThereIsSomethingToPush() throws IOException {
    Files.writeString(context.resolve("config.json"), "{");
    Map<String, String> environment = Map.of("DOCKER_CONFIG", context.toString());
    String[] build = {
      "build", "--agent", "a=unix:///nowhere/e.sock", "--state", context + "/s", context.toString()
    };
    String[] push =
        Stream.of(build, new String[] {"--push", "-t", "app"})
            .flatMap(Stream::of)
            .toArray(String[]::new);

    CommandRun built = CommandRun.withInput("", environment, build);
    assertThat(built.status()).isEqualTo(3);
    assertThat(built.err()).startsWith("warning: ").contains("config.json is not JSON (line 1)");

    CommandRun pushed = CommandRun.withInput("", environment, push);
    assertThat(pushed.status()).isEqualTo(2);
    assertThat(pushed.err())
        .startsWith("error: ")
        .contains("config.json is not JSON (line 1)", "DOCKER_CONFIG names another folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-o", "--cache-vault"})
  void anEmptyPlaceIsNotTheDirectoryInWhichOneIs(String option) {
    CommandRun run = build("--agent", "a=unix:///nowhere/e.sock", option, "");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(" is empty");
  }

  @Test
  void anEmptyContextIsNotTheDirectoryInWhichOneIs() {
    CommandRun run = CommandRun.of("build", "--agent", "a=unix:///nowhere/e.sock", "");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("CONTEXT is empty");
  }

  @Test
  void anEmptyNameOfAFileIsTheUsualFile() {
    String[] options = {"--agent", "a=unix:///nowhere/e.sock", "--state", context + "/s", "-f", ""};

    assertThat(build(options).status()).isEqualTo(3);
  }

  @Test
  void withoutAnyHomeDirectoryStateIsNotKeptInTheDirectoryInWhichOneIs() {
    String home = System.getProperty("user.home");
    try {
      // What Java says of a user whom the system does not know.
      System.setProperty("user.home", "?");

      CommandRun run = build("--agent", "a=unix:///nowhere/e.sock");

      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).contains("HOME is not set", "--state DIR names a folder");
    } finally {
      System.setProperty("user.home", home);
    }
  }

  @Test
  void aNameThatTheLocaleCannotHaveIsNoFaultOfTheProgram() {
    // In the C locale every name that is not ASCII is such a one.
    CommandRun run = build("--secret", "id=a,src=x\0y");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: not a file name: ");
  }

  @Test
  void theLastOfAnOptionThatIsRepeatedCounts() {
    CommandRun run =
        build(
            "--no-cache",
            "--no-cache",
            "--state",
            "/dev/null/state",
            "--state",
            context + "/s",
            "--agent",
            "a=unix:///nowhere/engine.sock");

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("/nowhere/engine.sock");
  }

  @Test
  void aWordThatBeginsWithAnAtSignIsNoFileOfArguments() throws IOException {
    Path arguments = Files.writeString(context.resolve("arguments"), "--push");

    CommandRun run = CommandRun.of("check", "@" + arguments);

    assertThat(run.err())
        .isEqualTo("error: cannot read the Dockerfile @" + arguments + ": it does not exist\n");
  }

  @Test
  void aReportThatCannotBeWrittenHidesNeitherTheOthersNorHowTheBuildEnded() {
    CommandRun run =
        build(
            "--agent",
            "a=unix:///nowhere/engine.sock",
            "--state",
            context + "/s",
            "--report",
            context + "/Dockerfile/report.json",
            "--report",
            context + "/report.json");

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err())
        .contains("error: cannot write the report " + context + "/Dockerfile/report.json")
        .contains("error: The Docker engine at unix:///nowhere/engine.sock");
    assertThat(context.resolve("report.json")).content().contains("FAILURE", "engine.sock");
  }

  @Test
  void anErrorThatIsNoExceptionIsToldWithAnExitStatusAndEndsTheReport() {
    Pool.Source pools =
        choice -> {
          throw new NoClassDefFoundError("some/Class");
        };
    String report = context + "/report.json";

    CommandRun run =
        CommandRun.on(
            pools,
            "",
            Map.of("HOME", context.toString()),
            "build",
            "--report",
            report,
            context.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("NoClassDefFoundError: some/Class");
    assertThat(Path.of(report)).content().contains("FAILURE");
  }

  @Test
  void whatStandardOutputDoesNotTakeIsToldAndIsNoSuccess() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CommandIo io =
        new CommandIo(
            InputStream.nullInputStream(),
            new PrintStream(new FullDisk()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);

    assertThat(Main.run(io, "check", context.resolve("Dockerfile").toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("error: standard output cannot be written");
  }

  private static final class FullDisk extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }
}
