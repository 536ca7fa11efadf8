package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import java.io.IOException;
import jenkins.model.Jenkins;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The same build in a freestyle job, where variables of the build are replaced in its fields. */
public final class DockerfileBuilder extends Builder implements SimpleBuildStep {

  private final DockerfileBuildStep build;

  @DataBoundConstructor
  public DockerfileBuilder(DockerfileBuildStep build) {
    this.build = build;
  }

  /** Without any option all have their defaults. */
  @SuppressWarnings("UnusedMethod") // XStream calls it
  private Object readResolve() {
    return build == null ? new DockerfileBuilder(new DockerfileBuildStep()) : this;
  }

  /** All options. */
  public DockerfileBuildStep getBuild() {
    return build;
  }

  @Override
  public void perform(
      Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
      throws InterruptedException, IOException {
    DockerfileBuildConfiguration configuration = Configurations.of(build, env::expand);
    BuildRun.Place place =
        new BuildRun.Place(run, workspace, listener, Jenkins.getAuthentication2(), false);
    new BuildRun(place).run(configuration);
  }

  /** Form. */
  @Extension
  @Symbol("dockerfileBuild")
  public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {

    @Override
    public String getDisplayName() {
      return Messages.DockerfileBuildStep_displayName();
    }

    @Override
    @SuppressWarnings("rawtypes") // the API's own signature
    public boolean isApplicable(Class<? extends AbstractProject> jobType) {
      return true;
    }
  }
}
