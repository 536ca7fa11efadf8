package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyValueLinesTest {

  @Test
  void listsLeaveOutBlankLines() {
    assertThat(KeyValueLines.list(" app:1 \n\n\tapp:2\r\n")).containsExactly("app:1", "app:2");
  }

  @Test
  void valuesMayHoldSignsAndBeEmpty() {
    assertThat(KeyValueLines.map("buildArgs", "A=b=c\nB=\n C = d e "))
        .containsExactly(Map.entry("A", "b=c"), Map.entry("B", ""), Map.entry("C", "d e"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no sign", "=value", "A=\"open", "A=\"one\" two"})
  void aLineThatIsNoEntryIsNamed(String line) {
    assertThatThrownBy(() -> KeyValueLines.map("buildArgs", "OK=1\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("buildArgs: ");
  }

  /** Whatever a Pipeline writes as a map is read back from the text of the form. */
  @Property(tries = 300, seed = "20261125")
  void aMapSurvivesItsText(
      @ForAll @Size(max = 4)
          Map<@AlphaChars @StringLength(min = 1, max = 8) String, @StringLength(max = 12) String>
              map) {
    Map<String, String> written = new LinkedHashMap<>(map);

    assertThat(KeyValueLines.map("labels", (String) KeyValueLines.text(written)))
        .isEqualTo(written);
  }

  @Test
  void listsAndTextBecomeText() {
    assertThat(KeyValueLines.text(List.of("a", 1))).isEqualTo("a\n1");
    assertThat(KeyValueLines.text("as it is")).isEqualTo("as it is");
  }

  /** Pipeline's snippet generator would write {@code [a.b: 'c']}, which Groovy does not parse. */
  @Test
  void textWithADotInANameIsShownAsText() {
    assertThat(KeyValueLines.mapOrText("labels", "a.b=c")).isEqualTo("a.b=c");
    assertThat(KeyValueLines.mapOrText("labels", "ab=c")).isEqualTo(Map.of("ab", "c"));
    assertThat(KeyValueLines.mapOrText("labels", "no sign")).isEqualTo("no sign");
  }

  @Test
  void oneAloneIsTheDefault() {
    assertThat(KeyValueLines.mapOrDefault("ssh", " deploy-key\n"))
        .isEqualTo(Map.of("default", "deploy-key"));
    assertThat(KeyValueLines.mapOrDefault("ssh", "a=1\nb"))
        .isEqualTo(Map.of("a", "1", "default", "b"));
  }

  @Test
  void platformsAreReadFromLinesAndCommasAndCountOnce() {
    assertThat(KeyValueLines.platforms("linux/amd64, linux/aarch64\nlinux/arm64/v8\n"))
        .extracting(Platform::toString)
        .containsExactly("linux/amd64", "linux/arm64");
  }

  @Test
  void aPlatformThatIsNoneIsNamedWithItsField() {
    assertThatThrownBy(() -> KeyValueLines.platforms("linux/amd64,pdp11"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("platforms: \"pdp11\"");
  }
}
