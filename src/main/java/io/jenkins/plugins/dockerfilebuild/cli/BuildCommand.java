package io.jenkins.plugins.dockerfilebuild.cli;

import io.jenkins.plugins.dockerfilebuild.build.BuildRequest;
import io.jenkins.plugins.dockerfilebuild.build.ImageOutput;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.context.ContextDirectory;
import io.jenkins.plugins.dockerfilebuild.image.Platform;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import io.jenkins.plugins.dockerfilebuild.plan.Entitlement;
import io.jenkins.plugins.dockerfilebuild.scheduling.CachePolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code build}: reads the options into {@link BuildSettings} and hands them to the wiring. */
@Command(
    name = "build",
    description = "Builds an image from a Dockerfile and a build context.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class BuildCommand implements Callable<Integer> {

  private final CommandIo io;
  private final Pool.Source pools;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The Dockerfile; - is stdin. Default: CONTEXT/Dockerfile.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "NAME",
      description = "Name of the image, may be repeated.")
  private List<String> tags = new ArrayList<>();

  @Option(names = "--target", paramLabel = "STAGE", description = "The stage to build.")
  private Optional<String> target = Optional.empty();

  @Option(
      names = "--build-arg",
      paramLabel = "K[=V]",
      description = "Value of an ARG; without =V it comes from the environment.")
  private List<String> buildArguments = new ArrayList<>();

  @Option(
      names = "--build-context",
      paramLabel = "NAME=DIR|NAME=docker-image://IMAGE",
      description =
          "What NAME means in FROM and --from, before any stage or image of that name: another"
              + " directory, whose files COPY and mounts take, or an image. May be repeated.")
  private List<String> buildContexts = new ArrayList<>();

  @Option(names = "--label", paramLabel = "K=V", description = "A label for the image.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--secret",
      paramLabel = "id=ID[,src=PATH|,env=NAME]",
      description = "A secret for RUN --mount=type=secret.")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = "--ssh",
      paramLabel = "ID[=SOCKET]",
      description =
          "An SSH agent for RUN --mount=type=ssh; default is the usual id. Without =SOCKET it is"
              + " the agent that SSH_AUTH_SOCK names.")
  private List<String> sshAgents = new ArrayList<>();

  @Option(
      names = "--platform",
      paramLabel = "P",
      split = ",",
      description =
          "Such as linux/amd64. Several make an image each, named NAME-OS-ARCHITECTURE, and with"
              + " --push a manifest list under NAME. Default: DOCKER_DEFAULT_PLATFORM.")
  private List<String> platforms = new ArrayList<>();

  @Option(names = "--no-cache", description = "Run every step; keep the cache directories.")
  private boolean noCache;

  @Option(names = "--pull", description = "Ask the registry even for images that are here.")
  private boolean pull;

  @Option(names = "--push", description = "Push the image under each of its names.")
  private boolean push;

  @Option(
      names = "--allow",
      paramLabel = "ENTITLEMENT",
      description = "Lets RUNs use network.host or security.insecure; may be repeated.")
  private List<String> allowed = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "type=TYPE[,dest=PATH]",
      description =
          "Also write the image: docker or oci, an archive of it; tar or local, its files as an"
              + " archive or in a directory. dest=- is standard output. May be repeated.")
  private List<String> outputs = new ArrayList<>();

  @Option(
      names = "--iidfile",
      paramLabel = "FILE",
      description = "Write the image's id into FILE, of several platforms one a line.")
  private Optional<Path> idFile = Optional.empty();

  @Option(
      names = "--metadata-file",
      paramLabel = "FILE",
      description = "Write digests and names of what was built into FILE, as JSON.")
  private Optional<Path> metadataFile = Optional.empty();

  @Mixin private final AgentsOption agents = new AgentsOption();

  @Option(
      names = "--agent-label",
      paramLabel = "LABEL",
      description = "Use only agents that have this label; may be repeated.")
  private List<String> agentLabels = new ArrayList<>();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Whose cache directories are used. Default: ${DEFAULT-VALUE}.")
  private String namespace;

  @Option(
      names = "--cache-policy",
      paramLabel = "POLICY",
      defaultValue = "read-write",
      description =
          "read-write; read-only: what steps write into cache directories is discarded;"
              + " fork=NAME: written into a fork of the namespace. Default: ${DEFAULT-VALUE}.")
  private String cachePolicy;

  @Option(
      names = "--cache-vault",
      paramLabel = "DIR|s3://BUCKET/PREFIX",
      description =
          "A folder or an S3-compatible store that outlives agents; cache directories are kept"
              + " there too. AWS_* variables name endpoint, region and credentials.")
  private Optional<String> cacheVault = Optional.empty();

  @Mixin private final CacheLimitOptions cacheLimits = new CacheLimitOptions();

  @Option(
      names = "--progress",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "auto, plain, tty, json or none (the image id alone).")
  private ProgressDisplay.Kind progress;

  @Option(
      names = "--explain-placement",
      description = "Say why each step runs where it runs, and what other agents would take.")
  private boolean explainPlacement;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a report, FILE.json or FILE.html; may be repeated.")
  private List<String> reports = new ArrayList<>();

  @Parameters(paramLabel = "CONTEXT", description = "The directory of the build context.")
  private String context;

  BuildCommand(CommandIo io, Pool.Source pools) {
    this.io = io;
    this.pools = pools;
  }

  @Override
  public Integer call() {
    BuildSettings settings = settings();
    // Before any engine is asked: an invalid file is the user's first concern.
    settings.dockerfile().dockerfile();
    return new BuildSession(settings, pools, io).run().code();
  }

  private static void checkTag(String tag) {
    ReferenceFormat.problemOfTag(tag)
        .ifPresent(
            problem -> {
              throw CommandFailure.usage(
                  "-t \"%s\": %s".formatted(tag, problem),
                  "an image is named [registry/]name[:tag]");
            });
  }

  private BuildSettings settings() {
    tags.forEach(BuildCommand::checkTag);
    List<Platform> asked = platforms();
    if (push && tags.isEmpty()) {
      throw CommandFailure.usage(
          "--push: the image has no name", "-t REGISTRY/NAME:TAG names it, and the registry");
    }
    if (!outputs.isEmpty() && asked.size() > 1) {
      throw CommandFailure.usage(
          "--output: there is one image for each of several platforms",
          "build for one --platform, or --push the images");
    }
    Path directory = contextDirectory();
    String dockerfile =
        file.filter(name -> !name.isEmpty())
            .orElseGet(
                () -> directory.resolve(ContextDirectory.dockerfileName(directory)).toString());
    DockerConfig dockerConfig = DockerConfig.of(io, push);
    PoolChoice pool = agents.pool(io);
    return new BuildSettings(
        directory,
        BuildContextOption.parse(buildContexts),
        DockerfileText.read(dockerfile, io),
        target.filter(name -> !name.isEmpty()),
        dockerConfig.withProxies(
            Assignments.withEnvironment("--build-arg", buildArguments, io.environment()), pool),
        Assignments.of("--label", labels),
        secrets(),
        SshOption.agents(sshAgents, io.environment()),
        asked,
        noCache,
        pull,
        entitlements(),
        new BuildRequest.Destination(tags, push, dockerConfig, outputs()),
        pool,
        agentLabels,
        agents.state(io),
        namespace,
        cachePolicy().within(cacheLimits.limits()),
        cacheVault.map(VaultOption::parse),
        io.environment(),
        progress,
        idFile.map(IdFile::new),
        metadataFile.map(MetadataFile::new),
        explainPlacement,
        reports.stream().map(ReportFile::parse).toList());
  }

  private CachePolicy cachePolicy() {
    if (cachePolicy.equals("read-write")) {
      return CachePolicy.READ_WRITE;
    }
    if (cachePolicy.equals("read-only")) {
      return CachePolicy.READ_ONLY;
    }
    if (cachePolicy.startsWith("fork=") && cachePolicy.length() > "fork=".length()) {
      return CachePolicy.fork(cachePolicy.substring("fork=".length()));
    }
    throw CommandFailure.usage(
        "--cache-policy " + cachePolicy + ": not a policy",
        "policies are read-write, read-only and fork=NAME");
  }

  private Set<Entitlement> entitlements() {
    Set<Entitlement> entitlements = new HashSet<>();
    for (String text : allowed) {
      entitlements.add(
          Entitlement.parse(text)
              .orElseThrow(
                  () ->
                      CommandFailure.usage(
                          "--allow " + text + ": there is no such entitlement",
                          "entitlements are network.host and security.insecure")));
    }
    return entitlements;
  }

  private List<ImageOutput> outputs() {
    List<OutputOption> parsed = outputs.stream().map(OutputOption::parse).toList();
    long toStandardOutput = parsed.stream().filter(OutputOption::isStandardOutput).count();
    if (toStandardOutput > 1) {
      throw CommandFailure.usage("--output: only one can be written to standard output");
    }
    if (toStandardOutput > 0 && progress.writesToStandardOutput()) {
      throw CommandFailure.usage(
          "--output dest=- and --progress both write to standard output",
          "--progress plain writes to standard error");
    }
    Path scratch = agents.state(io).resolve("output");
    return parsed.stream().flatMap(option -> option.output(io, scratch).stream()).toList();
  }

  private Path contextDirectory() {
    if (context.equals(DockerfileText.STANDARD_INPUT) || context.contains("://")) {
      throw CommandFailure.usage(
          "CONTEXT " + context + ": only a directory can be the build context");
    }
    if (context.isEmpty()) {
      throw CommandFailure.usage("CONTEXT is empty", ". is the directory in which you are");
    }
    return ContextFiles.directory("CONTEXT " + context, context);
  }

  private List<Platform> platforms() {
    String variable = "DOCKER_DEFAULT_PLATFORM";
    return platforms.isEmpty()
        ? io.variable(variable).stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .map(value -> parsePlatform(variable, value))
            .distinct()
            .toList()
        : platforms.stream().map(value -> parsePlatform("--platform", value)).distinct().toList();
  }

  private static Platform parsePlatform(String from, String text) {
    try {
      return Platform.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(from + ": " + e.getMessage());
    }
  }

  private Map<String, Bytes> secrets() {
    Map<String, Bytes> values = new LinkedHashMap<>();
    for (String text : secrets) {
      SecretOption secret = SecretOption.parse(text);
      values.put(secret.id(), secret.read(io.environment()));
    }
    return values;
  }
}
