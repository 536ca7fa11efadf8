package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** How {@code sharing=} reads. */
class CacheSharingTest {

  @Test
  void modesReadInAnyCase() {
    assertThat(CacheSharing.parse("Locked")).isEqualTo(CacheSharing.LOCKED);
  }

  @Test
  void anUnknownModeIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> CacheSharing.parse("public"))
        .hasMessage("unknown sharing=public of a cache mount: use shared, private or locked");
  }
}
