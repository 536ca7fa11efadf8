package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SecretMaskTest {

  @Test
  void eachLineOfASecretIsMasked() {
    SecretMask mask = mask("first line\nsecond line\n");

    assertThat(mask.of("a first line, a second line")).isEqualTo("a ****, a ****");
  }

  /** Else the rest of the longer one would stand in the log. */
  @Test
  void aSecretThatBeginsWithAnotherIsMaskedWhole() {
    assertThat(mask("secret", "secret-and-more").of("it is secret-and-more."))
        .isEqualTo("it is ****.");
  }

  @Test
  void aWordOfThreeLettersIsNoSecret() {
    assertThat(mask("abc").of("abc")).isEqualTo("abc");
  }

  @Test
  void outputNoticesAndTheReasonOfAFailureAreMasked() {
    List<BuildEvent> heard = new ArrayList<>();
    var listener = mask("hunter22").before(heard::add);

    listener.on(new BuildEvent.StepPrinted(1, 2, "password hunter22", false));
    listener.on(new BuildEvent.Notice(1, Optional.empty(), "not hunter22"));
    listener.on(
        new BuildEvent.Finished(
            1, BuildEvent.Result.FAILURE, Optional.empty(), Optional.of("exit after hunter22")));

    assertThat(heard).hasSize(3).noneMatch(event -> event.toString().contains("hunter22"));
    assertThat(heard).allMatch(event -> event.toString().contains("****"));
  }

  @Test
  void withoutSecretsEventsPassAsTheyAre() {
    List<BuildEvent> heard = new ArrayList<>();
    BuildEvent event = new BuildEvent.StepPrinted(1, 2, "line", false);

    mask().before(heard::add).on(event);

    assertThat(heard).singleElement().isSameAs(event);
  }

  private static SecretMask mask(String... secrets) {
    return new SecretMask(List.of(secrets).stream().map(Bytes::utf8).toList());
  }
}
