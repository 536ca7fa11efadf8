package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.execution.AgentInfo;
import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A member of the pool.
 *
 * @param name unique in the pool; what the user calls it
 * @param capacity how many steps it runs at once
 * @param offers what steps may require: the platforms whose commands it can run, and its labels
 */
public record Agent(
    String name, AgentServices services, AgentInfo info, int capacity, Set<String> offers) {

  private static final String LABEL = "label ";

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
        offers(List.of(Platform.parse(info.platform()))));
  }

  private static Set<String> offers(List<Platform> platforms) {
    Set<String> offers = new TreeSet<>();
    for (Platform platform : platforms) {
      platform.alsoRuns().forEach(other -> offers.add(other.toString()));
    }
    return offers;
  }

  /** Who it is, for all who use it by whatever name. */
  public String id() {
    return info.id();
  }

  /** The same agent with another number of steps at once. */
  public Agent withCapacity(int steps) {
    return new Agent(name, services, info, steps, offers);
  }

  /**
   * The same agent for other platforms than its engine says, as where it emulates them.
   *
   * @param platforms at least one; the first is its own
   */
  public Agent withPlatforms(List<Platform> platforms) {
    AgentInfo other =
        new AgentInfo(
            info.id(),
            info.engineVersion(),
            platforms.get(0).toString(),
            info.processors(),
            info.storage());
    return new Agent(name, services, other, capacity, offers(platforms));
  }

  /** The same agent, further with these labels. */
  public Agent withLabels(Collection<String> labels) {
    Set<String> all = new TreeSet<>(offers);
    labels.forEach(label -> all.add(LABEL + label));
    return new Agent(name, services, info, capacity, all);
  }

  /** Whether it has all these labels. */
  public boolean hasLabels(Collection<String> labels) {
    return labels.stream().allMatch(label -> offers.contains(LABEL + label));
  }

  /** The platforms whose commands it can run. */
  public List<String> platforms() {
    return offers.stream().filter(offer -> !offer.startsWith(LABEL)).sorted().toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
