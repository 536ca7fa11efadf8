package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.build.BuildRequest;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.ContextFolders;
import io.jenkins.plugins.dockerfilebuild.execution.SshAgent;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.plan.Entitlement;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that the user asks of one build, checked as far as it can be without an engine.
 *
 * @param platforms empty: that of the first agent
 * @param state an absolute path
 * @param environment of the process, for a vault's credentials
 * @param idFile where the image's id is written
 */
record BuildSettings(
    Path context,
    Map<String, BuildContextOption> namedContexts,
    DockerfileText dockerfile,
    Optional<String> target,
    Map<String, String> buildArguments,
    Map<String, String> labels,
    Map<String, Bytes> secrets,
    Map<String, SshAgent> sshAgents,
    List<Platform> platforms,
    boolean noCache,
    boolean pull,
    Set<Entitlement> allowed,
    BuildRequest.Destination destination,
    PoolChoice pool,
    List<String> agentLabels,
    Path state,
    String namespace,
    CachePolicy cachePolicy,
    Optional<VaultOption> cacheVault,
    Map<String, String> environment,
    ProgressDisplay.Kind progress,
    Optional<IdFile> idFile,
    Optional<MetadataFile> metadataFile,
    boolean explainPlacement,
    List<ReportFile> reports) {

  /** The folder for what is remembered of this context between builds. */
  Path stateOfContext() {
    return stateOf(context);
  }

  /** Likewise, of any context. */
  Path stateOf(Path directory) {
    return ContextFolders.below(state.resolve("contexts"))
        .of(directory.toAbsolutePath().normalize().toString());
  }
}
