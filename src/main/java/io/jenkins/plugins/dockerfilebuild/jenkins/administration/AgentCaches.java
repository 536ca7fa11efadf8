package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Util;
import io.jenkins.plugins.dockerfilebuild.report.Figures;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** All cache directories of one agent, as it last said. Immutable. */
@ExportedBean(defaultVisibility = 3)
public final class AgentCaches {

  private final String name;
  private final List<CacheHolding> holdings;
  private final long heardMillis;
  private final String problem;

  private AgentCaches(String name, List<CacheHolding> holdings, long heardMillis, String problem) {
    this.name = name;
    this.holdings = List.copyOf(holdings);
    this.heardMillis = heardMillis;
    this.problem = problem;
  }

  /** An agent that said nothing yet. */
  static AgentCaches unheard(String name) {
    return new AgentCaches(name, List.of(), 0, "");
  }

  /** It has just said what it has. */
  AgentCaches heard(List<CacheHolding> now) {
    return new AgentCaches(name, now, System.currentTimeMillis(), "");
  }

  /** It did not say; what it said before still is the best that is known. */
  AgentCaches failed(String why) {
    return new AgentCaches(name, holdings, heardMillis, why);
  }

  @Exported
  public String getName() {
    return name;
  }

  /** When it was heard of, since the epoch; 0 for never. */
  @Exported
  public long getHeardMillis() {
    return heardMillis;
  }

  /** Why it could not be asked, or {@code ""}. */
  @Exported
  public String getProblem() {
    return problem;
  }

  @Exported
  public long getBytes() {
    return holdings.stream().mapToLong(CacheHolding::getBytes).sum();
  }

  @Exported
  public int getDirectories() {
    return holdings.size();
  }

  /** For people. */
  public String getAmount() {
    return Figures.bytes(getBytes());
  }

  /** For people: how long ago it said so, {@code ""} for never. */
  public String getAge() {
    return heardMillis == 0
        ? ""
        : Util.getTimeSpanString(Math.max(0, System.currentTimeMillis() - heardMillis));
  }

  List<CacheHolding> holdings() {
    return holdings;
  }
}
