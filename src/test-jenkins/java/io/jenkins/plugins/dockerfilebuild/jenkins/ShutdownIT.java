package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;

/** What a build knows that is left over when its controller has gone. */
final class ShutdownIT {

  @Test
  void aJenkinsThatHasGoneIsOnItsWayDown() {
    assertThat(Jenkins.getInstanceOrNull()).isNull();
    assertThat(Shutdown.isUnderWay()).isTrue();
  }
}
