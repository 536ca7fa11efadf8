package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.Extension;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code dockerfileBuild}: builds a Dockerfile over a pool of agents. Also what {@link
 * DockerfileBuilder} is configured with. Lists and maps are kept as the text of a form, which a
 * Pipeline may write as lists and maps ({@link DockerfileBuildForm#customInstantiate}).
 */
public final class DockerfileBuildStep extends Step implements Serializable {

  private static final long serialVersionUID = 1L;

  private String context = "";
  private String dockerfile = "";
  private String agents = "";
  private String tags = "";
  private String target = "";
  private String buildContexts = "";
  private String buildArgs = "";
  private String labels = "";
  private String platforms = "";
  private String secrets = "";
  private String ssh = "";
  private boolean push;
  private List<RegistryEndpoint> registry = new ArrayList<>();
  private boolean noCache;
  private boolean pull;
  private int parallelism;
  private String cacheNamespace = "";
  private String cachePolicy = "";
  private boolean failOnCheck;
  private String outputs = "";

  @DataBoundConstructor
  public DockerfileBuildStep() {
    // All there is to set has a default.
  }

  /** As a job keeps it that was saved before there were all these fields, or was not by a form. */
  @SuppressWarnings("UnusedMethod") // XStream and Java's serialization call it
  private Object readResolve() {
    context = given(context);
    dockerfile = given(dockerfile);
    agents = given(agents);
    tags = given(tags);
    target = given(target);
    buildContexts = given(buildContexts);
    buildArgs = given(buildArgs);
    labels = given(labels);
    platforms = given(platforms);
    secrets = given(secrets);
    ssh = given(ssh);
    registry = registry == null ? new ArrayList<>() : registry;
    cacheNamespace = given(cacheNamespace);
    cachePolicy = given(cachePolicy);
    outputs = given(outputs);
    return this;
  }

  /** Directory of the build context, relative to the workspace. */
  public String getContext() {
    return context;
  }

  @DataBoundSetter
  public void setContext(String value) {
    context = given(value);
  }

  /** Further build contexts, {@code NAME=directory or docker-image://image} a line. */
  public String getBuildContexts() {
    return buildContexts;
  }

  @DataBoundSetter
  public void setBuildContexts(String value) {
    buildContexts = given(value);
  }

  /** The Dockerfile, relative to the workspace. */
  public String getDockerfile() {
    return dockerfile;
  }

  @DataBoundSetter
  public void setDockerfile(String value) {
    dockerfile = given(value);
  }

  /** Label expression of the agents that steps may run on. */
  public String getAgents() {
    return agents;
  }

  @DataBoundSetter
  public void setAgents(String value) {
    agents = given(value);
  }

  /** Names of the image, one a line. */
  public String getTags() {
    return tags;
  }

  @DataBoundSetter
  public void setTags(String value) {
    tags = given(value);
  }

  /** The stage to build. */
  public String getTarget() {
    return target;
  }

  @DataBoundSetter
  public void setTarget(String value) {
    target = given(value);
  }

  /** Values of ARGs, {@code NAME=value} a line. */
  public String getBuildArgs() {
    return buildArgs;
  }

  @DataBoundSetter
  public void setBuildArgs(String value) {
    buildArgs = given(value);
  }

  /** Labels of the image, {@code NAME=value} a line. */
  public String getLabels() {
    return labels;
  }

  @DataBoundSetter
  public void setLabels(String value) {
    labels = given(value);
  }

  /** Platforms of the images, one a line or separated by commas. */
  public String getPlatforms() {
    return platforms;
  }

  @DataBoundSetter
  public void setPlatforms(String value) {
    platforms = given(value);
  }

  /** Credentials for {@code RUN --mount=type=secret}, {@code ID=credentialsId} a line. */
  public String getSecrets() {
    return secrets;
  }

  @DataBoundSetter
  public void setSecrets(String value) {
    secrets = given(value);
  }

  /** Credentials for {@code RUN --mount=type=ssh}, {@code ID=credentialsId} a line. */
  public String getSsh() {
    return ssh;
  }

  @DataBoundSetter
  public void setSsh(String value) {
    ssh = given(value);
  }

  /** Whether the image is pushed under each of its tags. */
  public boolean isPush() {
    return push;
  }

  @DataBoundSetter
  public void setPush(boolean value) {
    push = value;
  }

  /** Registries and who one is there. */
  public List<RegistryEndpoint> getRegistry() {
    return Collections.unmodifiableList(registry);
  }

  @DataBoundSetter
  public void setRegistry(List<RegistryEndpoint> value) {
    registry = new ArrayList<>(value == null ? List.of() : value);
  }

  /** Whether every step runs. */
  public boolean isNoCache() {
    return noCache;
  }

  @DataBoundSetter
  public void setNoCache(boolean value) {
    noCache = value;
  }

  /** Whether registries are asked even for base images that agents have. */
  public boolean isPull() {
    return pull;
  }

  @DataBoundSetter
  public void setPull(boolean value) {
    pull = value;
  }

  /** Steps at once; 0 is the limit that the administrator set. */
  public int getParallelism() {
    return parallelism;
  }

  @DataBoundSetter
  public void setParallelism(int value) {
    parallelism = value;
  }

  /** Whose cache directories are used. */
  public String getCacheNamespace() {
    return cacheNamespace;
  }

  @DataBoundSetter
  public void setCacheNamespace(String value) {
    cacheNamespace = given(value);
  }

  /** What may be done with them. */
  public String getCachePolicy() {
    return cachePolicy;
  }

  @DataBoundSetter
  public void setCachePolicy(String value) {
    cachePolicy = given(value);
  }

  /** Whether a warning about the Dockerfile fails the build. */
  public boolean isFailOnCheck() {
    return failOnCheck;
  }

  @DataBoundSetter
  public void setFailOnCheck(boolean value) {
    failOnCheck = value;
  }

  /** Files to write into the workspace, {@code type=…,dest=…} a line. */
  public String getOutputs() {
    return outputs;
  }

  @DataBoundSetter
  public void setOutputs(String value) {
    outputs = given(value);
  }

  /** Forms send an empty text for what the user left alone. */
  private static String given(String value) {
    String text = Util.fixEmptyAndTrim(value);
    return text == null ? "" : text;
  }

  @Override
  public StepExecution start(StepContext context) {
    return new DockerfileBuildExecution(context, this);
  }

  /** The step in Pipelines. Nested, as Jenkins finds by that what it describes. */
  @Extension
  public static final class DescriptorImpl extends DockerfileBuildForm {

    @Override
    public String getFunctionName() {
      return "dockerfileBuild";
    }

    @Override
    public String getDisplayName() {
      return Messages.DockerfileBuildStep_displayName();
    }

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
      return Set.of(Run.class, TaskListener.class, FilePath.class);
    }
  }
}
