package io.jenkins.plugins.dockerfilebuild.jenkins;

import java.util.List;

/** Steps and registries of which nothing has its default. */
final class Samples {

  private Samples() {}

  /** A step with a value of its own in each field. */
  static DockerfileBuildStep step() {
    DockerfileBuildStep step = new DockerfileBuildStep();
    step.setContext("app");
    step.setDockerfile("app/Dockerfile.ci");
    step.setAgents("docker && linux");
    step.setTags("app:1\napp:latest");
    step.setTarget("runtime");
    step.setBuildArgs("A=1\nB=two words");
    step.setBuildContexts("base=docker-image://busybox");
    step.setLabels("team=a");
    step.setPlatforms("linux/amd64");
    step.setSecrets("token=token-id");
    step.setSsh("default=key-id");
    step.setPush(true);
    step.setNoCache(true);
    step.setPull(true);
    step.setParallelism(3);
    step.setCacheNamespace("team");
    step.setCachePolicy("read-only");
    step.setFailOnCheck(true);
    step.setOutputs("type=local,dest=out");
    RegistryEndpoint registry = new RegistryEndpoint("registry.example.org", "registry-id");
    step.setRegistry(List.of(registry));
    return step;
  }
}
