package io.jenkins.plugins.dockerfilebuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.build.OutputTarget;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionValuesTest {

  @TempDir private Path directory;

  @Test
  void aBuildArgumentWithoutValueComesFromTheEnvironmentOrIsNotThere() {
    assertThat(
            Assignments.withEnvironment(
                "--build-arg", List.of("A=1", "B", "C", "A=2", "D=", "E=x=y"), Map.of("B", "b")))
        .isEqualTo(Map.of("A", "2", "B", "b", "D", "", "E", "x=y"));
  }

  @Test
  void secretsComeFromFilesAndVariablesAsInBuildx() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "from file");
    Map<String, String> environment = Map.of("TOKEN", "from variable");

    assertThat(secret("id=TOKEN", environment)).isEqualTo("from variable");
    assertThat(secret("id=x,env=TOKEN", environment)).isEqualTo("from variable");
    assertThat(secret("id=x,type=env,src=TOKEN", environment)).isEqualTo("from variable");
    assertThat(secret("id=TOKEN,src=" + file, environment)).isEqualTo("from file");
    assertThat(secret("type=file,id=x,source=" + file, environment)).isEqualTo("from file");
  }

  @Test
  void aPathWithACommaOrAQuoteIsWrittenAsInCsv() throws IOException {
    Path file = Files.writeString(directory.resolve("a,\"b\""), "content");
    String quoted = file.toString().replace("\"", "\"\"");

    assertThat(secret("id=x,\"src=" + quoted + "\"", Map.of())).isEqualTo("content");
    assertThat(OutputOption.parse("\"dest=a,b\",\"type=tar\"").destination()).hasValue("a,b");
    assertThatThrownBy(() -> OutputOption.parse("\"type=tar\"x,dest=a"))
        .hasMessageContaining("is not one of type=, dest=");
    assertThatThrownBy(() -> OutputOption.parse("type=tar,dest=a,"))
        .hasMessageContaining("\"\" is not one of type=, dest=");
  }

  @Test
  void whyAnOutputCannotBeWrittenIsToldInWords() {
    for (String output : List.of("type=tar,dest=/proc/x/y.tar", "type=local,dest=/proc/x/y")) {
      CommandIo io = new CommandIo(System.in, System.out, System.err, Map.of(), false);
      OutputTarget target = OutputOption.parse(output).output(io, directory).orElseThrow().target();

      assertThatThrownBy(() -> target.write(out -> {})).hasMessage("/proc/x: it does not exist");
    }
  }

  @Test
  void aSecretThatIsTooLargeIsRefused() throws IOException {
    Path file = Files.write(directory.resolve("large"), new byte[500 * 1024 + 1]);

    assertThatThrownBy(() -> secret("id=x,src=" + file, Map.of()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("512000 bytes");
  }

  private static String secret(String option, Map<String, String> environment) {
    Bytes bytes = SecretOption.parse(option).read(environment);
    return new String(bytes.toArray(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "512,512",
    "10GB,10000000000",
    "10GiB,10737418240",
    "1.5m,1500000",
    "2 kB,2000",
    "999999999999999TiB,9223372036854775807"
  })
  void sizesAreDecimalOrBinary(String text, long bytes) {
    assertThat(Quantities.bytes("--keep", text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"90s,PT90S", "30m,PT30M", "24h,PT24H", "7d,PT168H", "2w,PT336H"})
  void agesHaveAUnit(String text, Duration age) {
    assertThat(Quantities.age("--older-than", text)).isEqualTo(age);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ten", "-1GB", "1e9", "10XB", "1.2.3"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> Quantities.bytes("--keep", text)).isInstanceOf(CommandFailure.class);
  }

  @Test
  void withoutAgentsTheUsualSocketIsUsed() {
    CommandIo io = new CommandIo(System.in, System.out, System.err, Map.of(), false);

    assertThat(AgentOption.parseAll(List.of(), io))
        .containsExactly(agent("local", "unix:///var/run/docker.sock"));
    assertThat(AgentOption.parseAll(List.of("a=tcp://h:2375", "b=unix:///b"), io))
        .containsExactly(agent("a", "tcp://h:2375"), agent("b", "unix:///b"));
  }

  @Test
  void anAgentMaySayWhatItsEngineDoesNot() {
    AgentOption agent =
        AgentOption.parse(
            "a=unix:///a,capacity=3,platform=linux/arm64+linux/riscv64,label=big+fast");
    assertThat(agent.dockerHost()).isEqualTo("unix:///a");
    assertThat(agent.terms().capacity()).hasValue(3);
    assertThat(agent.terms().platforms())
        .containsExactly(Platform.parse("linux/arm64"), Platform.parse("linux/riscv64"));
    assertThat(agent.terms().labels()).containsExactly("big", "fast");
  }

  @ParameterizedTest
  @ValueSource(strings = {"capacity=0", "capacity=x", "platform=toaster", "color=red", "capacity"})
  void whatNoAgentCanOfferIsRefused(String terms) {
    assertThatThrownBy(() -> AgentOption.parse("a=unix:///a," + terms))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--agent");
  }

  private static AgentOption agent(String name, String dockerHost) {
    return new AgentOption(name, dockerHost, OptionalLong.empty(), AgentOption.Terms.OF_ENGINE);
  }
}
