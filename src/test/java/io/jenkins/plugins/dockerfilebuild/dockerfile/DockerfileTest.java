package io.jenkins.plugins.dockerfilebuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.ArgDeclaration;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.CommandLine;
import io.jenkins.plugins.dockerfilebuild.dockerfile.Instruction.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileTest {

  @Test
  void instructionsAreSortedIntoStages() {
    Dockerfile dockerfile =
        parse("ARG V=1", "FROM a:$V AS Build", "RUN x", "FROM --platform=linux/arm64 b", "USER u");

    assertThat(dockerfile.globalArguments())
        .extracting(Instruction.Arg::declarations)
        .containsExactly(List.of(new ArgDeclaration("V", Optional.of("1"))));
    assertThat(dockerfile.stages())
        .extracting(Dockerfile.Stage::name)
        .containsExactly(Optional.of("build"), Optional.empty());
    Dockerfile.Stage second = dockerfile.stages().get(1);
    assertThat(second.index()).isEqualTo(1);
    assertThat(second.from().image()).isEqualTo("b");
    assertThat(second.from().platform()).contains("linux/arm64");
    assertThat(second.instructions())
        .containsExactly(new Instruction.User(new SourceRange(5, 5), "USER u", "u"));
  }

  @Test
  void aFileWithoutFromHasNoStages() {
    assertThat(parse("ARG A").stages()).isEmpty();
  }

  @Test
  void runKeepsItsFlagsAsWritten() {
    Instruction.Run run =
        one(
            Instruction.Run.class,
            "RUN --mount=type=cache,target=$D --mount=target=/s --network=none"
                + " --security=insecure --device=vendor/x make all");

    assertThat(run.command()).isEqualTo(new CommandLine(List.of("make all"), true));
    assertThat(run.mountFlags()).containsExactly("type=cache,target=$D", "target=/s");
    assertThat(run.network()).isEqualTo("none");
    assertThat(run.security()).isEqualTo("insecure");
    assertThat(run.devices()).containsExactly("vendor/x");
  }

  @Test
  void runWithoutFlagsHasTheDefaults() {
    Instruction.Run run = one(Instruction.Run.class, "RUN [\"a\", \"b c\"]");

    assertThat(run.command()).isEqualTo(new CommandLine(List.of("a", "b c"), false));
    assertThat(run.network()).isEqualTo("default");
    assertThat(run.security()).isEqualTo("sandbox");
  }

  @Test
  void copyTellsPathsFromHereDocuments() {
    Instruction.Copy copy =
        one(
            Instruction.Copy.class,
            "COPY --from=b --chown=1:2 --chmod=u=rwX --link --parents=false --exclude=*.md"
                + " --exclude=x a <<-'F' /dst/",
            "\thello $A",
            "F");

    assertThat(copy.sources()).containsExactly("a");
    assertThat(copy.heredocs())
        .containsExactly(new HereDocument("F", 0, false, true, "\thello $A\n"));
    assertThat(copy.destination()).isEqualTo("/dst/");
    assertThat(copy.from()).contains("b");
    assertThat(copy.chown()).contains("1:2");
    assertThat(copy.chmod()).contains("u=rwX");
    assertThat(copy.link()).isTrue();
    assertThat(copy.parents()).isFalse();
    assertThat(copy.excludes()).containsExactly("*.md", "x");
  }

  @Test
  void ofTwoHereDocumentsWithOneNameCopyWritesTheLast() {
    Instruction.Copy copy =
        one(Instruction.Copy.class, "COPY <<X <<X /d", "first", "X", "last", "X");

    assertThat(copy.heredocs())
        .extracting(HereDocument::content)
        .containsExactly("last\n", "last\n");
  }

  @Test
  void aHereDocumentWithASlashInItsNameCannotBecomeAFile() {
    assertThatThrownBy(() -> parse("FROM a", "COPY <<../x /d", "t", "../x"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining("a heredoc that becomes a file cannot be named \"../x\"");
  }

  @Test
  void addHasFlagsOfItsOwn() {
    Instruction.Add add =
        one(
            Instruction.Add.class,
            "ADD --checksum=sha256:00 --keep-git-dir --unpack=false http://h/x.tar /d");

    assertThat(add.checksum()).contains("sha256:00");
    assertThat(add.keepGitDir()).hasValue(true);
    assertThat(add.unpack()).contains(false);
    assertThat(one(Instruction.Add.class, "ADD a b").unpack()).isEmpty();
  }

  @Test
  void envAndLabelKeepQuotesForTheExpansion() {
    Instruction.Env env = one(Instruction.Env.class, "ENV A=\"x y\" B=$A");
    Instruction.Label old = one(Instruction.Label.class, "LABEL key some words");

    assertThat(env.variables())
        .containsExactly(new KeyValue("A", "\"x y\""), new KeyValue("B", "$A"));
    assertThat(old.labels()).containsExactly(new KeyValue("key", "some words"));
  }

  @Test
  void healthCheckOptionsAreNanoseconds() {
    Instruction.HealthCheck check =
        one(
            Instruction.HealthCheck.class,
            "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0s --start-interval=250ms"
                + " --retries=3 CMD curl x");

    assertThat(check.command()).contains(new CommandLine(List.of("curl x"), true));
    assertThat(check.options())
        .isEqualTo(
            Map.of(
                "interval", 90_000_000_000L,
                "timeout", 1_500_000_000L,
                "start-interval", 250_000_000L,
                "retries", 3L));
    assertThat(one(Instruction.HealthCheck.class, "HEALTHCHECK NONE").command()).isEmpty();
  }

  @Test
  void onBuildKeepsTheTextWithItsHereDocument() {
    Instruction.OnBuild onBuild =
        one(Instruction.OnBuild.class, "onbuild  RUN <<E", "echo hi", "E");

    assertThat(onBuild.expression()).isEqualTo("RUN <<E\necho hi\nE");
    Instruction trigger =
        Instruction.parseTrigger("ONBUILD of base", onBuild.expression(), new SourceRange(4, 4));
    assertThat(trigger).isInstanceOf(Instruction.Run.class);
    assertThat(trigger.range()).isEqualTo(new SourceRange(4, 4));
    assertThat(((Instruction.Run) trigger).script())
        .isEqualTo(new RunScript.ShellText("echo hi\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FROM a             | FROM isn't allowed as an ONBUILD trigger
          RUN a\\nRUN b      | onbuild trigger should be a single expression
          COPY a             | COPY requires at least two arguments, but only one was provided. Destination could not be determined
          FOO a              | unknown instruction: FOO (did you mean FROM?)
          """)
  void aTriggerThatCannotRunIsRefused(String expression, String problem) {
    assertThatThrownBy(
            () ->
                Instruction.parseTrigger(
                    "ONBUILD of base", expression.replace("\\n", "\n"), new SourceRange(1, 1)))
        .isInstanceOf(DockerfileException.class)
        .hasMessageStartingWith("ONBUILD of base")
        .hasMessageEndingWith(": " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RNU true                         | unknown instruction: RNU (did you mean RUN?)
          copy --form=x a b                | unknown flag: --form (did you mean from?)
          RUN --network=hots x             | invalid network mode "hots" (did you mean host?)
          RUN --security=safe x            | security "safe" is not valid
          RUN --network=none --network=none x | duplicate flag specified: --network
          RUN --mount x                    | missing a value on flag: --mount
          COPY --link=maybe a b            | expecting boolean value for flag --link, not: maybe
          COPY --link= a b                 | missing a value on flag: --link
          RUN --mount=from=$A,target=/x y  | 'from' doesn't support variable expansion, define alias stage instead
          RUN --device=a,name=b x          | device name already set to a
          COPY /a <<F                      | unterminated heredoc (no line is only F)
          WORKDIR                          | WORKDIR requires exactly one argument
          STOPSIGNAL                       | STOPSIGNAL requires exactly one argument
          ENV                              | ENV requires at least one argument
          ONBUILD                          | ONBUILD requires at least one argument
          ONBUILD FROM a                   | FROM isn't allowed as an ONBUILD trigger
          HEALTHCHECK NONE x               | HEALTHCHECK NONE takes no arguments
          HEALTHCHECK --interval=5 CMD x   | time: missing unit in duration "5"
          HEALTHCHECK --interval=5x CMD x  | time: unknown unit "x" in duration "5x"
          HEALTHCHECK --interval=1us CMD x | Interval "interval" cannot be less than 1ms
          HEALTHCHECK --retries=-1 CMD x   | --retries cannot be negative (-1)
          HEALTHCHECK CND x                | Unknown type "CND" in HEALTHCHECK (try CMD)
          VOLUME [" "]                     | VOLUME specified can not be an empty string
          SHELL []                         | SHELL requires at least one argument
          FROM a b                         | FROM requires either one or three arguments
          FROM a AS 1x                     | invalid name for build stage: "1x", name can't start with a number or contain symbols
          """)
  void anErrorSaysWhereWhatAndWhatWasMeant(String instruction, String problem) {
    assertThatThrownBy(() -> parse("FROM a", "# comment", instruction))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("dir/Dockerfile:3: " + problem);
  }

  @Test
  void anInstructionBeforeFromSaysSo() {
    assertThatThrownBy(() -> parse("ARG A", "RUN x", "FROM a"))
        .hasMessage("dir/Dockerfile:2: no build stage in current context (begin with FROM)");
  }

  static Dockerfile parse(String... lines) {
    return Dockerfile.parse(
        "dir/Dockerfile", String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  /** The only instruction of a stage. */
  static <T extends Instruction> T one(Class<T> type, String... lines) {
    List<Instruction> instructions =
        parse("FROM a\n" + String.join("\n", lines)).stages().get(0).instructions();
    assertThat(instructions).hasSize(1);
    return type.cast(instructions.get(0));
  }
}
