package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.FilePath;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.springframework.security.core.Authentication;

/**
 * {@code dockerfileBuild} as it runs in a Pipeline: on a thread of its own, so that the Pipeline's
 * is free. Only what was asked for is kept over a restart of the controller; then the build is
 * planned again, what was finished is found, and what was cut off runs again.
 */
final class DockerfileBuildExecution extends StepExecution {

  private static final long serialVersionUID = 1L;

  private final DockerfileBuildStep step;

  /** Runs the build; null before it started and after a restart, until it is resumed. */
  private transient volatile Thread thread;

  /** Why the build is to stop; null while it is not. */
  private transient volatile Throwable stopped;

  DockerfileBuildExecution(StepContext context, DockerfileBuildStep step) {
    super(context);
    this.step = step;
  }

  @Override
  public boolean start() {
    Thread building =
        new Thread(() -> Shutdown.run(this::build), "dockerfile-build-" + getContext().hashCode());
    building.setDaemon(true);
    thread = building;
    building.start();
    return false;
  }

  @Override
  public void onResume() {
    start();
  }

  private void build() {
    try {
      getContext().onSuccess(result());
    } catch (InterruptedException e) {
      // Pipeline takes any other exception for a failure, and shows where it was thrown.
      failed(new FlowInterruptedException(Result.ABORTED, true, new StepStopped()));
    } catch (Exception | Error e) {
      // Whatever it is: a step that is not told to have ended never ends.
      failed(e);
    }
  }

  /** A controller that shuts down cuts all agents off: the step is resumed, so it has not ended. */
  private void failed(Throwable e) {
    if (!Shutdown.isUnderWay()) {
      getContext().onFailure(Optional.ofNullable(stopped).orElse(e));
    }
  }

  @SuppressWarnings("try") // the context is held, not used
  private Map<String, Object> result() throws Exception {
    Run<?, ?> run = getContext().get(Run.class);
    Authentication authentication = authentication(run);
    try (ACLContext ignored = ACL.as2(authentication)) {
      BuildRun.Place place =
          new BuildRun.Place(
              run,
              getContext().get(FilePath.class),
              getContext().get(TaskListener.class),
              authentication,
              true);
      return new BuildRun(place).run(Configurations.of(step, UnaryOperator.identity()));
    }
  }

  /** Whom the job runs as; the thread that resumes a Pipeline is nobody in particular. */
  private static Authentication authentication(Run<?, ?> run) {
    return run.getParent() instanceof Queue.Task job
        ? Tasks.getAuthenticationOf2(job)
        : Jenkins.getAuthentication2();
  }

  /** The step ends when its containers are gone: the build's thread tells. */
  @Override
  public void stop(Throwable cause) {
    stopped = cause;
    Thread building = thread;
    if (building == null) {
      getContext().onFailure(cause);
    } else {
      building.interrupt();
    }
  }

  @Override
  public String getStatus() {
    Thread building = thread;
    return building == null ? "not started" : "building on " + building.getName();
  }
}
