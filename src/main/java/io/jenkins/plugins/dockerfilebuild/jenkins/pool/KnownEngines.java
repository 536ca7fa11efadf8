package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which agents have an engine that answers, as the last attempt to use it showed. An agent that is
 * offline, or that nobody tried to use, is not known. Thread-safe.
 */
@Extension
public final class KnownEngines extends ComputerListener {

  /** Empty for an agent whose engine answered. */
  private final Map<Computer, Optional<String>> problems = new ConcurrentHashMap<>();

  /** The one instance. */
  public static KnownEngines get() {
    return ExtensionList.lookupSingleton(KnownEngines.class);
  }

  void answered(Computer computer) {
    problems.put(computer, Optional.empty());
  }

  void failed(Computer computer, String problem) {
    problems.put(computer, Optional.of(problem));
  }

  /** Why the agent cannot run steps; empty where it can, or where that is not known. */
  public Optional<String> problem(Computer computer) {
    return problems.getOrDefault(computer, Optional.empty());
  }

  /** Agents whose engine answered when it was last tried. */
  List<Computer> answering() {
    return problems.entrySet().stream()
        .filter(known -> known.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public void onOffline(Computer computer, OfflineCause cause) {
    problems.remove(computer);
  }
}
