package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import jenkins.model.Jenkins;
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
    Authentication authentication = Jenkins.getAuthentication2();
    Thread building =
        new Thread(() -> build(authentication), "dockerfile-build-" + getContext().hashCode());
    building.setDaemon(true);
    thread = building;
    building.start();
    return false;
  }

  @Override
  public void onResume() {
    start();
  }

  @SuppressWarnings("try") // the context is held, not used
  private void build(Authentication authentication) {
    try (ACLContext ignored = ACL.as2(authentication)) {
      getContext().onSuccess(result(authentication));
    } catch (InterruptedException e) {
      getContext().onFailure(Optional.ofNullable(stopped).orElse(e));
    } catch (Exception | LinkageError e) {
      getContext().onFailure(Optional.ofNullable(stopped).orElse(e));
    }
  }

  private Map<String, Object> result(Authentication authentication) throws Exception {
    BuildRun.Place place =
        new BuildRun.Place(
            getContext().get(Run.class),
            getContext().get(FilePath.class),
            getContext().get(TaskListener.class),
            authentication);
    return new BuildRun(place).run(Configurations.of(step, UnaryOperator.identity()));
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
