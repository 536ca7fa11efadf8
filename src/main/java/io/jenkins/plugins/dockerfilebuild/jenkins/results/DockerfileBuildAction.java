package io.jenkins.plugins.dockerfilebuild.jenkins.results;

import hudson.model.Api;
import hudson.model.Item;
import hudson.model.Run;
import io.jenkins.plugins.dockerfilebuild.report.JsonReport;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.WebMethod;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.verb.GET;

/**
 * The builds of one run: their summaries, which are kept in {@code build.xml}, and their reports,
 * which are kept beside it. {@code <run>/dockerfile-build/} is the page, {@code …/api/json} the
 * REST API, {@code …/data} what the page shows, while the build runs too. Thread-safe.
 */
@ExportedBean(defaultVisibility = 2)
public final class DockerfileBuildAction implements RunAction2 {

  private static final Logger LOGGER = Logger.getLogger(DockerfileBuildAction.class.getName());

  /**
   * In the order in which they began. Replaced under "this" and never changed, for Jenkins may
   * write the run at any time, without a lock of ours.
   */
  private volatile ArrayList<BuildSummary> builds = new ArrayList<>();

  /** Set when Jenkins attaches or loads the action. */
  private transient volatile Run<?, ?> run;

  /** Builds that run now, by number; none after a restart until one is resumed. */
  private transient Map<Integer, BuildRecord> running = new ConcurrentHashMap<>();

  private DockerfileBuildAction(Run<?, ?> run) {
    this.run = run;
  }

  /** The action of a run, added to it if it has none yet. */
  public static DockerfileBuildAction of(Run<?, ?> run) {
    synchronized (run) {
      DockerfileBuildAction action = run.getAction(DockerfileBuildAction.class);
      if (action == null) {
        action = new DockerfileBuildAction(run);
        run.addAction(action);
      }
      return action;
    }
  }

  /**
   * Begins to record a build; one that a restart of the controller has cut off before goes on in
   * the same place.
   */
  public BuildRecord begin(String dockerfile) throws IOException {
    BuildRecord record;
    synchronized (this) {
      int number = cutOff(dockerfile).map(BuildSummary::getNumber).orElse(builds.size() + 1);
      BuildSummary summary = new BuildSummary(number, dockerfile);
      if (number > builds.size()) {
        put(summary);
      }
      record = new BuildRecord(this, summary);
      running.put(number, record);
    }
    run.save();
    return record;
  }

  /** A build of that file that has not ended and that nobody runs. */
  private Optional<BuildSummary> cutOff(String dockerfile) {
    return builds.stream()
        .filter(build -> build.getResult().equals(BuildSummary.RUNNING))
        .filter(build -> !running.containsKey(build.getNumber()))
        .filter(build -> build.getDockerfile().equals(dockerfile))
        .findFirst();
  }

  /** A report that cannot be written, as to a full disk, leaves the summary. */
  void ended(BuildRecord record, BuildSummary summary) throws IOException {
    try {
      files().write(record.number(), record.report());
    } finally {
      put(summary);
      running.remove(record.number());
      run.save();
    }
  }

  private synchronized void put(BuildSummary summary) {
    ArrayList<BuildSummary> changed = new ArrayList<>(builds);
    int index = summary.getNumber() - 1;
    if (index < changed.size()) {
      changed.set(index, summary);
    } else {
      changed.add(summary);
    }
    builds = changed;
  }

  private ReportFiles files() {
    return new ReportFiles(run.getRootDir().toPath());
  }

  @SuppressWarnings("UnusedMethod") // XStream calls it
  private Object readResolve() {
    running = new ConcurrentHashMap<>();
    return this;
  }

  @Override
  public void onAttached(Run<?, ?> attached) {
    run = attached;
  }

  @Override
  public void onLoad(Run<?, ?> loaded) {
    run = loaded;
  }

  public Run<?, ?> getRun() {
    return run;
  }

  @Override
  public String getIconFileName() {
    return "symbol-cube";
  }

  @Override
  public String getDisplayName() {
    return Messages.DockerfileBuildAction_displayName();
  }

  @Override
  public String getUrlName() {
    return "dockerfile-build";
  }

  /** One summary for each build of the run. */
  @Exported
  public List<BuildSummary> getBuilds() {
    return builds.stream().map(this::asItIs).toList();
  }

  /** What nobody runs and nobody will resume, for its run has ended, died with the controller. */
  private BuildSummary asItIs(BuildSummary build) {
    boolean dead =
        build.getResult().equals(BuildSummary.RUNNING)
            && !running.containsKey(build.getNumber())
            && !run.isBuilding();
    return dead ? build.cutOff() : build;
  }

  /**
   * The reports of all builds, as {@code --report FILE.json} of the command line has them. Only on
   * the page's own API: whoever asks for a run wants summaries, and no files to be read for it.
   */
  @Exported(visibility = 1)
  public List<Map<String, Object>> getReports() throws IOException {
    List<Map<String, Object>> reports = new ArrayList<>();
    for (BuildSummary build : getBuilds()) {
      Optional<String> report = report(build);
      if (report.isPresent()) {
        reports.add(ReportFiles.values(report.get()));
      }
    }
    return reports;
  }

  /** The report of a build as JSON; of one that runs, as far as it has come. */
  private Optional<String> report(BuildSummary build) throws IOException {
    BuildRecord record = running.get(build.getNumber());
    return record == null
        ? files().read(build.getNumber())
        : Optional.of(JsonReport.of(record.report()));
  }

  /** Jenkins' REST API. */
  public Api getApi() {
    return new Api(this);
  }

  /** Whether there may be news later: a run that lasts may begin, or resume, another build. */
  public boolean isRunning() {
    return run.isBuilding() || !running.isEmpty();
  }

  /**
   * What the page shows: {@code {"running": …, "reports": […]}}. Asked again with the tag of the
   * last answer, it answers 304 where there is no news.
   */
  @GET
  @WebMethod(name = "data")
  public void doData(StaplerRequest2 request, StaplerResponse2 response) throws IOException {
    run.checkPermission(Item.READ);
    String tag = '"' + version() + '"';
    response.setHeader("ETag", tag);
    response.setHeader("Cache-Control", "no-cache");
    if (tag.equals(request.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType("application/json;charset=UTF-8");
    response.getWriter().print(data());
  }

  private String data() {
    List<String> reports = new ArrayList<>();
    for (BuildSummary build : getBuilds()) {
      try {
        report(build).ifPresent(reports::add);
      } catch (IOException e) {
        LOGGER.log(Level.WARNING, e, () -> "cannot read a report of " + run);
      }
    }
    return "{\"running\":" + isRunning() + ",\"reports\":[" + String.join(",", reports) + "]}";
  }

  private String version() {
    long told = running.values().stream().mapToLong(BuildRecord::version).sum();
    return getBuilds().size() + "." + running.size() + "." + isRunning() + "." + told;
  }
}
