package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.Set;
import java.util.TreeSet;

/**
 * A member of the pool.
 *
 * @param name unique in the pool; what the user calls it
 * @param capacity how many steps it runs at once
 * @param offers what steps may require: the platforms whose commands it can run
 */
public record Agent(
    String name, AgentServices services, AgentInfo info, int capacity, Set<String> offers) {

  public Agent {
    offers = Set.copyOf(offers);
  }

  /**
   * An agent that runs as many steps at once as its engine has processors, for the platforms that
   * its engine says.
   */
  public static Agent of(String name, AgentServices services) {
    AgentInfo info = services.info();
    return new Agent(
        name,
        services,
        info,
        Math.max(1, info.processors()),
        offers(Platform.parse(info.platform())));
  }

  private static Set<String> offers(Platform platform) {
    Set<String> offers = new TreeSet<>();
    platform.alsoRuns().forEach(other -> offers.add(other.toString()));
    return offers;
  }

  /** The same agent with another number of steps at once. */
  public Agent withCapacity(int steps) {
    return new Agent(name, services, info, steps, offers);
  }

  /** The same agent for another platform than its engine says, as where it emulates it. */
  public Agent withPlatform(Platform platform) {
    AgentInfo other =
        new AgentInfo(
            info.engineId(), info.engineVersion(), platform.toString(), info.processors());
    return new Agent(name, services, other, capacity, offers(platform));
  }

  @Override
  public String toString() {
    return name;
  }
}
