package io.jenkins.plugins.dockerfilebuild.jenkins.pool;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.slaves.ComputerListener;
import hudson.slaves.OfflineCause;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Which agents have an engine that answers, as the last attempt to use it showed. An agent that is
 * offline, or that nobody tried to use, is not known. Thread-safe.
 */
@Extension
public final class KnownEngines extends ComputerListener {

  /**
   * Empty for an agent whose engine answered; guarded by this. Weak: an answer may come when a
   * cloud has taken its agent away, and nobody tells of that twice.
   */
  private final Map<Computer, Optional<String>> problems = new WeakHashMap<>();

  /** The one instance. */
  public static KnownEngines get() {
    return ExtensionList.lookupSingleton(KnownEngines.class);
  }

  synchronized void answered(Computer computer) {
    problems.put(computer, Optional.empty());
  }

  synchronized void failed(Computer computer, String problem) {
    problems.put(computer, Optional.of(problem));
  }

  /** Why the agent cannot run steps; empty where it can, or where that is not known. */
  public synchronized Optional<String> problem(Computer computer) {
    return problems.getOrDefault(computer, Optional.empty());
  }

  /** Agents whose engine answered when it was last tried. */
  synchronized List<Computer> answering() {
    return problems.entrySet().stream()
        .filter(known -> known.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public synchronized void onOffline(Computer computer, OfflineCause cause) {
    problems.remove(computer);
  }
}
