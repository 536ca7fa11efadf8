package io.jenkins.plugins.dockerfilebuild.scheduling;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An image (a step's result or a base image) and where it lies. Agents may know the same layers
 * under different ids, as when each imported a base image for itself. Thread-safe.
 */
final class Located {

  private final Map<Agent, String> idOnAgent = new ConcurrentHashMap<>();

  /** An image that lies nowhere yet. */
  Located() {}

  Located(Agent agent, String imageId) {
    add(agent, imageId);
  }

  Optional<String> idOn(Agent agent) {
    return Optional.ofNullable(idOnAgent.get(agent));
  }

  /** An agent and the image's id there. */
  record Held(Agent agent, String imageId) {}

  Optional<Held> anyHolder() {
    return idOnAgent.entrySet().stream()
        .findFirst()
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
}
