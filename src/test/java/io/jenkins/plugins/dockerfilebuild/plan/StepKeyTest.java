package io.jenkins.plugins.dockerfilebuild.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pins the encoding that {@link StepKey} specifies. A failure here means that every agent's results
 * are lost; then the version number in the encoding must change, too.
 */
class StepKeyTest {

  private static final Digest CONTENT = Digest.of("content");
  private static final String CONTENT_HEX = CONTENT.hex();

  /** SHA-256 over {@code "dockerfile-build layers 1\n"} and a zero. */
  private static final String SCRATCH_HEX = Digest.of("dockerfile-build layers 1\n\0\0\0\0").hex();

  @TempDir Path directory;

  @Test
  void everyKindOfInputIsEncodedAsSpecified() {
    PlannedSource.Files files =
        new PlannedSource.Files(
            new RootFilesystem.Scratch(), "stage", List.of("/a", "/b"), List.of());
    StepInputs inputs =
        new StepInputs(
            List.of(
                input("t", new StepInput.Text("ä")),
                input("l", new StepInput.Texts(List.of("x", ""))),
                input("p", new StepInput.Parent(new RootFilesystem.Scratch())),
                input("c", new StepInput.Content(CONTENT, true)),
                input("d", new StepInput.Deferred(files))));

    String head =
        hex("dockerfile-build step key 1\n")
            + "00000005"
            + ("00000001" + hex("t") + "01" + "00000002" + "c3a4")
            + ("00000001" + hex("l") + "02" + "00000002" + "00000001" + hex("x") + "00000000")
            + ("00000001" + hex("p") + "03" + SCRATCH_HEX)
            + ("00000001" + hex("c") + "04" + CONTENT_HEX);
    String definition =
        "00000001"
            + hex("d")
            + "05"
            + SCRATCH_HEX
            + ("00000002" + "00000002" + hex("/a") + "00000002" + hex("/b"));
    String content = "00000001" + hex("d") + "04" + CONTENT_HEX;

    assertThat(encoded(inputs, new StepInput.Known(step -> null, Optional.empty())))
        .isEqualTo(head + definition);
    assertThat(encoded(inputs, new StepInput.Known(step -> null, Optional.of(f -> CONTENT))))
        .isEqualTo(head + content);
  }

  @Test
  void layersAreEncodedFromTheLowestUp() {
    Digest low = Digest.of("low");
    Digest high = Digest.of("high");

    assertThat(StepKey.ofLayers(List.of(low, high)).toString())
        .isEqualTo(
            sha256(hex("dockerfile-build layers 1\n") + "00000002" + low.hex() + high.hex()));
    assertThat(StepKey.ofLayers(List.of()).toString()).isEqualTo(SCRATCH_HEX);
  }

  @Test
  void theInputsOfARunHaveTheirNamesAndOrder() {
    PlanFixture fixture = new PlanFixture(directory);

    StepInputs inputs =
        fixture
            .step(
                "FROM busybox",
                "ENV B=1",
                "ARG A=2",
                "WORKDIR /w",
                "RUN --mount=from=busybox,target=/m --mount=type=secret,id=s,env=S"
                    + " --mount=type=cache,target=c <<E",
                "#!/bin/sh",
                "E")
            .inputs();

    assertThat(inputs.names())
        .containsExactly(
            "parent",
            "platform",
            "operation",
            "directory /w",
            "command",
            "script /dev/pipes/E",
            "user",
            "working directory",
            "network",
            "security",
            "environment A",
            "environment B",
            "environment PATH",
            "mount $S options",
            "mount /m options",
            "mount /m content",
            "mount /w/c options");
  }

  @Test
  void theInputsOfACopyHaveTheirNamesAndOrder() {
    PlanFixture fixture = new PlanFixture(directory).file("a", "a");

    assertThat(fixture.step("FROM busybox", "COPY a <<E /d/", "E").inputs().names())
        .containsExactly(
            "parent",
            "platform",
            "operation",
            "destination",
            "owner",
            "mode",
            "parents",
            "source 1 name",
            "source 1 options",
            "source 1 content",
            "source 2 name",
            "source 2 options",
            "source 2 content");
  }

  @Test
  void keysOfWholeStepsStayWhatTheyAre() {
    PlanFixture fixture = new PlanFixture(directory);

    assertThat(
            fixture
                .plan(
                    "FROM busybox AS base",
                    "ENV A=1",
                    "RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t,size=1m"
                        + " --mount=type=secret,id=s make",
                    "FROM scratch",
                    "WORKDIR /d",
                    "COPY --from=base --chown=1:2 /out/* ./",
                    "COPY --chmod=755 <<E /e",
                    "text",
                    "E")
                .definitionKeys())
        .extracting(StepKey::toString)
        .containsExactly(
            "299ee7da2096475e00c027c5a4441d8b133b8d049f7a777e49adac72aa9b3687",
            "a1f218ee222bffe8d6617c23a598b71d9eef64055497e428895baadc41ba0474",
            "654febf602c334779113f2d22e2d64646e89ae1b2257a9f5aca06b7c12f1ff11");
  }

  @Test
  void aKeyReadsBackWhatItPrints() {
    StepKey key = new StepKey(CONTENT);

    assertThat(StepKey.parse(key.toString())).isEqualTo(key);
    assertThatThrownBy(() -> StepKey.parse("sha256:" + CONTENT_HEX))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static StepInput input(String name, StepInput.Value value) {
    return new StepInput(name, Miss.Cause.INSTRUCTION, "label", "shown", value);
  }

  private static String encoded(StepInputs inputs, StepInput.Known known) {
    return HexFormat.of().formatHex(inputs.encoded(known));
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(String hex) {
    return Digest.of(HexFormat.of().parseHex(hex)).hex();
  }
}
