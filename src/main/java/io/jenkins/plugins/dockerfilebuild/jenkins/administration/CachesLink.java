package io.jenkins.plugins.dockerfilebuild.jenkins.administration;

import hudson.Extension;
import hudson.model.Api;
import hudson.model.ManagementLink;
import hudson.security.Permission;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.WebMethod;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.GET;
import org.kohsuke.stapler.verb.POST;

/**
 * <i>Manage Jenkins / Dockerfile Build caches</i>: what agents keep in cache directories, and work
 * on them. {@code …/api/json} has the same. Who may read the system's configuration may look; only
 * administrators may change anything. ({@code Jenkins.MANAGE} is no API for plugins in 2.479.)
 */
@Extension
@ExportedBean(defaultVisibility = 2)
public final class CachesLink extends ManagementLink implements StaplerProxy {

  /** Below {@code /manage/}. */
  static final String URL = "dockerfile-build";

  /** Who opens the page does not need what was said longer ago. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  @Override
  public String getIconFileName() {
    return "symbol-cube";
  }

  @Override
  public String getDisplayName() {
    return Messages.CachesLink_displayName();
  }

  @Override
  public String getDescription() {
    return Messages.CachesLink_description();
  }

  @Override
  public String getUrlName() {
    return URL;
  }

  @Override
  public Permission getRequiredPermission() {
    return Jenkins.SYSTEM_READ;
  }

  @Override
  public Category getCategory() {
    return Category.TOOLS;
  }

  /** All pages and methods below need the permission to look. */
  @Override
  public Object getTarget() {
    Jenkins.get().checkPermission(Jenkins.SYSTEM_READ);
    return this;
  }

  /** Jenkins' REST API. */
  public Api getApi() {
    return new Api(this);
  }

  /** Directories of all agents, the last used first. Also has agents asked, for the next look. */
  @Exported
  public List<CacheRow> getDirectories() {
    PoolCaches.get().refresh(FRESH_NANOS);
    return CacheRow.of(
        PoolCaches.get().agents().stream().flatMap(agent -> agent.holdings().stream()).toList());
  }

  @Exported
  public List<AgentCaches> getAgents() {
    return PoolCaches.get().agents();
  }

  /** What the last work came to, the newest first. */
  @Exported
  public List<String> getOutcomes() {
    return PoolCaches.get().outcomes();
  }

  /** Whether agents are asked or work now. */
  @Exported
  public boolean isWorking() {
    return PoolCaches.get().isWorking();
  }

  /** Grows with all news. */
  @Exported
  public long getVersion() {
    return PoolCaches.get().version();
  }

  /** Above this the administrator is told, in gigabytes; 0 for never. */
  public int getLimitGigabytes() {
    return DockerfileBuildGlobalConfiguration.get().getCacheLimitGigabytes();
  }

  public boolean isAdministrator() {
    return Jenkins.get().hasPermission(Jenkins.ADMINISTER);
  }

  /** Whether there is news: {@code {"version": …, "working": …}}. */
  @GET
  @WebMethod(name = "status")
  public void doStatus(StaplerResponse2 response) throws IOException {
    response.setContentType("application/json;charset=UTF-8");
    response.setHeader("Cache-Control", "no-store");
    response
        .getWriter()
        .print("{\"version\":" + getVersion() + ",\"working\":" + isWorking() + "}");
  }

  /**
   * Removes directories in the background. Parameters: {@code row} (several), {@code keepGigabytes}
   * and {@code olderThanDays}.
   */
  @POST
  @WebMethod(name = "prune")
  public void doPrune(
      StaplerRequest2 request,
      StaplerResponse2 response,
      @QueryParameter String keepGigabytes,
      @QueryParameter String olderThanDays)
      throws IOException {
    Jenkins.get().checkPermission(Jenkins.ADMINISTER);
    try {
      PoolCaches.get().prune(CachePruning.of(rows(request), keepGigabytes, olderThanDays));
      response.setStatus(HttpServletResponse.SC_ACCEPTED);
    } catch (IllegalArgumentException e) {
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
      response.setContentType("text/plain;charset=UTF-8");
      response.getWriter().print(e.getMessage());
    }
  }

  /** Reads directories again in the background. Parameter: {@code row} (several; none: all). */
  @POST
  @WebMethod(name = "verify")
  public void doVerify(StaplerRequest2 request, StaplerResponse2 response) {
    Jenkins.get().checkPermission(Jenkins.ADMINISTER);
    PoolCaches.get().verify(rows(request));
    response.setStatus(HttpServletResponse.SC_ACCEPTED);
  }

  private static Set<String> rows(StaplerRequest2 request) {
    String[] rows = request.getParameterValues("row");
    return rows == null ? Set.of() : Set.copyOf(Arrays.asList(rows));
  }
}
