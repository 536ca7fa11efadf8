package io.jenkins.plugins.dockerfilebuild.jenkins;

import hudson.model.AutoCompletionCandidates;
import hudson.model.Item;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * The form of a build: how what a Pipeline says becomes its fields and back, and what it answers
 * while somebody fills it in. Public, as Stapler calls it by name.
 */
public abstract class DockerfileBuildForm extends StepDescriptor implements CustomDescribableModel {

  @Override
  public String argumentsToString(Map<String, Object> namedArgs) {
    Object tags = namedArgs.get("tags");
    return tags == null ? null : String.valueOf(KeyValueLines.text(tags)).replace('\n', ' ');
  }

  /** Lists and maps of a Pipeline become text; one registry becomes a list of one. */
  @Override
  public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
    Map<String, Object> texts = new HashMap<>(arguments);
    texts.replaceAll((name, value) -> name.equals("registry") ? value : KeyValueLines.text(value));
    if (texts.get("registry") instanceof Map<?, ?> one) {
      texts.put("registry", List.of(one));
    }
    return texts;
  }

  /** What the snippet generator shows: lists and maps, as people write them. */
  @Override
  public UninstantiatedDescribable customUninstantiate(UninstantiatedDescribable step) {
    Map<String, Object> arguments = new TreeMap<>(step.getArguments());
    for (String list : List.of("tags", "platforms", "outputs")) {
      arguments.computeIfPresent(list, (name, text) -> KeyValueLines.list((String) text));
    }
    for (String map : List.of("buildArgs", "buildContexts", "labels", "secrets", "ssh")) {
      arguments.computeIfPresent(map, KeyValueLines::mapOrText);
    }
    return step.withArguments(arguments);
  }

  @POST
  public FormValidation doCheckDockerfile(
      @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String context) {
    return FormChecks.dockerfile(item, value, context);
  }

  @POST
  public FormValidation doCheckAgents(@AncestorInPath Item item, @QueryParameter String value) {
    return FormChecks.agents(item, value);
  }

  /** Completes labels as job forms do. Not POST alone: up to 2.479 at least, forms ask by GET. */
  public AutoCompletionCandidates doAutoCompleteAgents(@QueryParameter String value) {
    return LabelExpression.autoComplete(value);
  }

  @POST
  public FormValidation doCheckBuildArgs(@QueryParameter String value) {
    return FormChecks.map("buildArgs", value);
  }

  @POST
  public FormValidation doCheckBuildContexts(@QueryParameter String value) {
    return FormChecks.map("buildContexts", value);
  }

  @POST
  public FormValidation doCheckLabels(@QueryParameter String value) {
    return FormChecks.map("labels", value);
  }

  @POST
  public FormValidation doCheckTags(@QueryParameter String value) {
    return FormChecks.tags(value);
  }

  @POST
  public FormValidation doCheckSecrets(@AncestorInPath Item item, @QueryParameter String value) {
    return FormChecks.secrets(item, value);
  }

  @POST
  public FormValidation doCheckSsh(@AncestorInPath Item item, @QueryParameter String value) {
    return FormChecks.ssh(item, value);
  }

  @POST
  public FormValidation doCheckPlatforms(@QueryParameter String value) {
    return FormChecks.platforms(value);
  }

  @POST
  public FormValidation doCheckOutputs(@QueryParameter String value) {
    return FormChecks.outputs(value);
  }

  @POST
  public FormValidation doCheckParallelism(@QueryParameter String value) {
    return FormChecks.parallelism(value);
  }

  /** The policies. */
  @POST
  public ListBoxModel doFillCachePolicyItems() {
    ListBoxModel policies = new ListBoxModel();
    policies.add(Messages.DockerfileBuildForm_readWrite(), "");
    policies.add(Messages.DockerfileBuildForm_fork(), CacheAccess.FORK.word());
    policies.add(Messages.DockerfileBuildForm_readOnly(), CacheAccess.READ_ONLY.word());
    return policies;
  }
}
