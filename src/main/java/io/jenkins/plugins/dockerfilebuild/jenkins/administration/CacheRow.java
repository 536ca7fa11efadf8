package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Util;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A cache directory of the pool: one namespace and id, and where it lies. Immutable. */
@ExportedBean(defaultVisibility = 3)
public final class CacheRow {

  private static final int NAME_LENGTH = 16;

  private final List<CacheHolding> holdings;

  private CacheRow(List<CacheHolding> holdings) {
    this.holdings = List.copyOf(holdings);
  }

  /** Rows for what agents hold, the last used first. */
  static List<CacheRow> of(Collection<CacheHolding> holdings) {
    Map<String, List<CacheHolding>> byName = new TreeMap<>();
    holdings.forEach(
        held ->
            byName
                .computeIfAbsent(name(held.namespace(), held.id()), name -> new ArrayList<>())
                .add(held));
    return byName.values().stream()
        .map(CacheRow::new)
        .sorted(Comparator.comparingLong(CacheRow::getLastUsedMillis).reversed())
        .toList();
  }

  /** What a row is called in requests: namespaces and ids have any characters. */
  static String name(String namespace, String id) {
    return Digest.of(namespace.length() + ":" + namespace + id).hex().substring(0, NAME_LENGTH);
  }

  /** What {@code prune} and {@code verify} know it by. */
  @Exported
  public String getName() {
    return name(getNamespace(), getId());
  }

  @Exported
  public String getNamespace() {
    return holdings.get(0).namespace();
  }

  @Exported
  public String getId() {
    return holdings.get(0).id();
  }

  /** The newest that an agent has; 0 for none. */
  @Exported
  public long getVersion() {
    return holdings.stream().mapToLong(CacheHolding::getVersion).max().orElse(0);
  }

  /** Of all agents together. */
  @Exported
  public long getBytes() {
    return holdings.stream().mapToLong(CacheHolding::getBytes).sum();
  }

  /** Since the epoch. */
  @Exported
  public long getLastUsedMillis() {
    return holdings.stream().mapToLong(CacheHolding::getLastUsedMillis).max().orElse(0);
  }

  /** Whether a step has it now, on any agent. */
  @Exported
  public boolean isInUse() {
    return holdings.stream().anyMatch(CacheHolding::isInUse);
  }

  /** The agents that hold it, more than once where an agent has several instances. */
  @Exported
  public List<CacheHolding> getHoldings() {
    return holdings;
  }

  /** For people. */
  public String getAmount() {
    return Figures.bytes(getBytes());
  }

  /** For people: how long ago it was used. */
  public String getAge() {
    return Util.getTimeSpanString(Math.max(0, System.currentTimeMillis() - getLastUsedMillis()));
  }
}
