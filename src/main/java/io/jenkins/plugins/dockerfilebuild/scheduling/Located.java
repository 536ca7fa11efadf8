package io.jenkins.plugins.dockerfilebuild.scheduling;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.plan.PlannedSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * An image (a step's result or a base image) and where it lies. Agents may know the same layers
 * under different ids, as when each imported a base image for itself. Thread-safe.
 */
final class Located {

  private final Map<Agent, String> idOnAgent = new ConcurrentHashMap<>();

  /** Of all layers; 0 while that is not known. */
  private volatile long bytes = 0;

  /** What its paths hold, as far as that was asked. */
  private final Map<PlannedSource.Files, Digest> contents = new ConcurrentHashMap<>();

  /** An image that lies nowhere yet. */
  Located() {}

  Located(Agent agent, String imageId) {
    add(agent, imageId);
  }

  Optional<String> idOn(Agent agent) {
    return Optional.ofNullable(idOnAgent.get(agent));
  }

  /** The image's id on an agent when that was another member of the pool. */
  Optional<String> idBeforeReturnOf(Agent agent) {
    return idOnAgent.entrySet().stream()
        .filter(entry -> entry.getKey().id().equals(agent.id()) && !entry.getKey().equals(agent))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Whether the agent of this name holds it. */
  boolean isOn(String agent) {
    return idOnAgent.keySet().stream().anyMatch(holder -> holder.name().equals(agent));
  }

  /** An agent and the image's id there. */
  record Held(Agent agent, String imageId) {}

  Optional<Held> anyHolder() {
    return holder(agent -> 0);
  }

  /** The holder that does least. */
  Optional<Held> holder(ToIntFunction<Agent> busy) {
    return idOnAgent.entrySet().stream()
        .min((a, b) -> Integer.compare(busy.applyAsInt(a.getKey()), busy.applyAsInt(b.getKey())))
        .map(entry -> new Held(entry.getKey(), entry.getValue()));
  }

  Set<Agent> holders() {
    return idOnAgent.keySet();
  }

  void add(Agent agent, String imageId) {
    idOnAgent.put(agent, imageId);
  }

  void remove(Agent agent) {
    idOnAgent.remove(agent);
  }

  /**
   * The digest of what paths of it hold; the first who asks finds it out, and others wait for that.
   */
  Digest content(PlannedSource.Files files, Supplier<Digest> question) {
    return contents.computeIfAbsent(files, asked -> question.get());
  }

  /** The size of all layers, once somebody has told it. */
  OptionalLong bytes() {
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  void hasBytes(long all) {
    bytes = all;
  }
}
