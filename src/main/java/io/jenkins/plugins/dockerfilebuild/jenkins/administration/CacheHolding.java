package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import io.jenkins.plugins.dockerfilebuild.execution.CacheDirectories.CacheDirectory;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas.HeldVersion;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A cache directory as it lies on one agent, which said so. Immutable. */
@ExportedBean(defaultVisibility = 4)
public final class CacheHolding {

  private final String agent;
  private final CacheDirectory directory;
  private final long version;

  private CacheHolding(String agent, CacheDirectory directory, long version) {
    this.agent = agent;
    this.directory = directory;
    this.version = version;
  }

  /**
   * @param versions that the agent holds, of all its directories
   */
  static CacheHolding of(String agent, CacheDirectory directory, List<HeldVersion> versions) {
    // An instance is named by the beginning of its key's name and a number.
    String key = directory.instance().replaceFirst("-\\d+$", "");
    long newest =
        versions.stream()
            .filter(held -> held.key().hex().startsWith(key))
            .mapToLong(HeldVersion::number)
            .max()
            .orElse(0);
    return new CacheHolding(agent, directory, newest);
  }

  @Exported
  public String getAgent() {
    return agent;
  }

  /** Tells the directories of one namespace and id apart. */
  @Exported
  public String getInstance() {
    return directory.instance();
  }

  /** That it has, or that it was made from; 0 for none. */
  @Exported
  public long getVersion() {
    return version;
  }

  @Exported
  public long getBytes() {
    return directory.bytes();
  }

  @Exported
  public long getFiles() {
    return directory.files();
  }

  /** Since the epoch. */
  @Exported
  public long getCreatedMillis() {
    return directory.createdMillis();
  }

  /** Since the epoch. */
  @Exported
  public long getLastUsedMillis() {
    return directory.lastUsedMillis();
  }

  /** Whether a step has it now. */
  @Exported
  public boolean isInUse() {
    return directory.inUse();
  }

  /** For people. */
  public String getAmount() {
    return Figures.bytes(directory.bytes());
  }

  String namespace() {
    return directory.namespace();
  }

  String id() {
    return directory.id();
  }
}
