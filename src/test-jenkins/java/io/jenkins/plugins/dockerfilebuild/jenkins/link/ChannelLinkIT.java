package io.jenkins.plugins.dockerfilebuild.jenkins.link;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.dockerfilebuild.execution.AgentLostException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls over a channel end, whatever becomes of them. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class ChannelLinkIT {

  /** Remoting throws here what was thrown on the agent: the build waited for an answer for ever. */
  @Test
  void anAgentWithoutMemoryIsLost() {
    VirtualChannel channel =
        (VirtualChannel)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {VirtualChannel.class},
                (proxy, method, arguments) -> {
                  throw new OutOfMemoryError("Java heap space");
                });
    ChannelLink link =
        new ChannelLink(channel, new RuntimeAddress("0", "/nowhere", Map.of()), List.of("engine"));

    CompletableFuture<byte[]> answer = link.call(new byte[0]);

    assertThat(answer)
        .failsWithin(1, TimeUnit.MINUTES)
        .withThrowableThat()
        .withCauseInstanceOf(AgentLostException.class)
        .withMessageContaining("Java heap space");
  }
}
