package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import hudson.model.FreeStyleProject;
import hudson.model.Items;
import java.util.function.UnaryOperator;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The forms of the step and of the builder give back what they were given. */
final class StepFormsIT {

  @RegisterExtension static final SharedJenkins jenkins = new SharedJenkins();

  @Test
  void thePluginIsThereOnce() {
    assertThat(ExtensionList.lookup(DockerfileBuildStep.DescriptorImpl.class)).hasSize(1);
  }

  @Test
  void aFreestyleJobKeepsEveryField() throws Exception {
    FreeStyleProject job = jenkins.createFreeStyleProject();
    job.getBuildersList().add(new DockerfileBuilder(Samples.step()));

    FreeStyleProject saved = jenkins.configRoundtrip(job);

    DockerfileBuilder builder = saved.getBuildersList().get(DockerfileBuilder.class);
    assertThat(builder.getBuild()).usingRecursiveComparison().isEqualTo(Samples.step());
  }

  /** As after an update of the plugin that brings a field, or written by hand. */
  @Test
  void aJobThatLacksFieldsHasTheirDefaults() throws Exception {
    DockerfileBuilder builder = builder("<build><tags>app:1</tags></build>");
    assertThat(Configurations.of(builder.getBuild(), UnaryOperator.identity()).image().tags())
        .containsExactly("app:1");
    assertThat(builder("").getBuild())
        .usingRecursiveComparison()
        .isEqualTo(new DockerfileBuildStep());
  }

  private static DockerfileBuilder builder(String options) {
    String name = DockerfileBuilder.class.getName();
    return (DockerfileBuilder) Items.XSTREAM2.fromXML("<%s>%s</%s>".formatted(name, options, name));
  }

  @Test
  void aStepKeepsEveryField() throws Exception {
    assertThat(new StepConfigTester(jenkins).configRoundTrip(Samples.step()))
        .usingRecursiveComparison()
        .isEqualTo(Samples.step());
  }

  @Test
  void aStepWithoutAnyFieldKeepsItsDefaults() throws Exception {
    assertThat(new StepConfigTester(jenkins).configRoundTrip(new DockerfileBuildStep()))
        .usingRecursiveComparison()
        .isEqualTo(new DockerfileBuildStep());
  }

  @Test
  void theSnippetOfDefaultsIsTheStepAlone() throws Exception {
    new SnippetizerTester(jenkins).assertRoundTrip(new DockerfileBuildStep(), "dockerfileBuild()");
  }

  /** Also: what is generated, read as a Pipeline reads it, is the step again. */
  @Test
  void theSnippetGeneratorWritesListsAndMapsInOneOrder() throws Exception {
    new SnippetizerTester(jenkins)
        .assertRoundTrip(
            Samples.step(),
            "dockerfileBuild agents: 'docker && linux', buildArgs: [A: '1', B: 'two words'],"
                + " buildContexts: [base: 'docker-image://busybox'],"
                + " cacheNamespace: 'team', cachePolicy: 'read-only', context: 'app',"
                + " dockerfile: 'app/Dockerfile.ci', failOnCheck: true,"
                + " labels: [team: 'a'], noCache: true,"
                + " outputs: ['type=local,dest=out'], parallelism: 3, platforms: ['linux/amd64'],"
                + " pull: true, push: true,"
                + " registry: [[credentialsId: 'registry-id', url: 'registry.example.org']],"
                + " secrets: [token: 'token-id'], ssh: ['default': 'key-id'],"
                + " tags: ['app:1', 'app:latest'], target: 'runtime'");
  }

  /** Pipeline's generator takes a.b for an identifier: as a key of a map it would be a property. */
  @Test
  void aLabelWithDotsStaysText() throws Exception {
    DockerfileBuildStep step = new DockerfileBuildStep();
    step.setLabels("org.example.team=a");
    new SnippetizerTester(jenkins)
        .assertRoundTrip(step, "dockerfileBuild labels: 'org.example.team=a'");
  }
}
