package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.AgentPlaces;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A place on an agent, asked for and held for as long as this process polls for it, in a thread of
 * its own. So a build that dies, or whose link breaks, keeps no place from others.
 */
final class HeldPlace implements AgentPlaces.Request {

  private final Runnable changed;
  private final Thread polling;

  // Written by the polling thread.
  private volatile boolean granted = false;
  private volatile List<PlaceHolder> ahead = List.of();
  private volatile Optional<String> failure = Optional.empty();

  private HeldPlace(AgentLink link, String who, Runnable changed) {
    this.changed = changed;
    this.polling =
        Threads.named("place").newThread(() -> hold(link, new ServiceCall.HoldPlace(who)));
  }

  static HeldPlace begin(AgentLink link, String who, Runnable changed) {
    HeldPlace place = new HeldPlace(link, who, changed);
    place.polling.start();
    return place;
  }

  private void hold(AgentLink link, ServiceCall.HoldPlace call) {
    try {
      var unused = new RemoteOperation<>(link, call, (event, answers) -> on(event)).await(1);
      failure = Optional.of("the agent gave the place to another");
    } catch (IOException | RuntimeException e) {
      failure = Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
    granted = false;
    changed.run();
  }

  private void on(OperationEvent event) throws IOException {
    if (event instanceof OperationEvent.Granted) {
      ahead = List.of();
      granted = true;
    } else if (event instanceof OperationEvent.WaitsFor waits) {
      ahead = waits.ahead();
    } else {
      throw new IOException("the agent sent what nobody asked for");
    }
    changed.run();
  }

  @Override
  public boolean isGranted() {
    return granted;
  }

  @Override
  public List<PlaceHolder> ahead() {
    return ahead;
  }

  @Override
  public Optional<String> failure() {
    return failure;
  }

  @Override
  public void close() {
    polling.interrupt();
  }
}
