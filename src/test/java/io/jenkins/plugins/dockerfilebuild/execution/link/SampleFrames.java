package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheKey;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheSharing;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.Kept;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.CacheLimits;
import io.jenkins.plugins.dockerfilebuild.execution.CacheReplicas;
import io.jenkins.plugins.dockerfilebuild.execution.ImageIndex;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import io.jenkins.plugins.dockerfilebuild.execution.PlaceHolder;
import io.jenkins.plugins.dockerfilebuild.execution.PullPolicy;
import io.jenkins.plugins.dockerfilebuild.execution.RegistryLogin;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome;
import io.jenkins.plugins.dockerfilebuild.execution.StepRequest;
import io.jenkins.plugins.dockerfilebuild.execution.TreeReference;
import io.jenkins.plugins.dockerfilebuild.image.ImageConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Frames of every kind, with generated content. */
final class SampleFrames {

  private static final Digest DIGEST = Digest.of("sample");
  private static final TreeReference TREE = new TreeReference(DIGEST, Optional.of(DIGEST));

  private SampleFrames() {}

  static Arbitrary<CallerFrame> requests() {
    return Arbitraries.oneOf(
        Combinators.combine(ids(), calls(texts()), waits()).as(CallerFrame.Start::new),
        Combinators.combine(ids(), waits()).as(CallerFrame.Poll::new),
        ids().map(CallerFrame.Cancel::new),
        ids().map(CallerFrame.Here::new),
        Combinators.combine(ids(), Arbitraries.longs(), bytes()).as(CallerFrame.SshAnswer::new),
        Combinators.combine(
                ids(),
                Arbitraries.longs().greaterOrEqual(0),
                bytes(),
                Arbitraries.of(true, false),
                waits())
            .as(CallerFrame.Batch::new));
  }

  static Arbitrary<AgentFrame> answers() {
    return Arbitraries.oneOf(
        Combinators.combine(Arbitraries.longs().greaterOrEqual(0), events().list().ofMaxSize(5))
            .as(AgentFrame.Events::new),
        Arbitraries.of(true, false).map(AgentFrame.Taken::new),
        problems().map(AgentFrame.Refused::new));
  }

  static Arbitrary<StepOutcome> outcomes() {
    Arbitrary<StepOutcome.MountReport> mounts =
        Combinators.combine(texts(), texts(), Arbitraries.longs())
            .as(
                (a, b, n) ->
                    new StepOutcome.MountReport(a, b, a, b, n, n, n, n, n, n, n, sync(a, n)));
    return Arbitraries.oneOf(
        Combinators.combine(texts(), mounts.list().ofMaxSize(3)).as(StepOutcome.Succeeded::new),
        Combinators.combine(Arbitraries.integers(), texts()).as(StepOutcome.Failed::new),
        texts().map(StepOutcome.Lost::new),
        Arbitraries.of(new StepOutcome.Canceled(), new StepOutcome.ContentMissing(DIGEST)));
  }

  private static Optional<StepOutcome.MountReport.Sync> sync(String a, long n) {
    return n % 2 == 0
        ? Optional.empty()
        : Optional.of(new StepOutcome.MountReport.Sync(n, Map.of(a, n), n, (int) n, (int) n));
  }

  private static CacheReplicas.Use use(String a, long n) {
    var version = new CacheReplicas.HeldVersion(key(a, a), n, DIGEST, n, n, n);
    return new CacheReplicas.Use(a, Optional.of(version), Optional.of(DIGEST), n > 0, n);
  }

  private static Arbitrary<OperationEvent> events() {
    return Arbitraries.oneOf(
        Combinators.combine(texts(), Arbitraries.of(true, false)).as(OperationEvent.Line::new),
        bytes().map(OperationEvent.Data::new),
        Combinators.combine(texts(), Arbitraries.longs())
            .as((a, n) -> new OperationEvent.Opened(use(a, n))),
        Combinators.combine(texts(), Arbitraries.longs())
            .as((a, n) -> new OperationEvent.WaitsFor(List.of(new PlaceHolder(a, n > 0, n)))),
        Arbitraries.of(new OperationEvent.Granted(), new OperationEvent.CommandEnded()),
        bytes().map(OperationEvent.Done::new),
        problems().map(OperationEvent.Failed::new),
        Combinators.combine(Arbitraries.longs(), texts(), bytes())
            .as(OperationEvent.SshQuestion::new),
        Combinators.combine(Arbitraries.integers(), Arbitraries.integers())
            .as(OperationEvent.PushProgress::new));
  }

  private static Arbitrary<Problem> problems() {
    return Combinators.combine(Arbitraries.of(Problem.Kind.class), texts()).as(Problem::new);
  }

  private static Arbitrary<String> ids() {
    return Arbitraries.strings().withChars("0123456789abcdef-").ofMinLength(1).ofMaxLength(64);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings().ofMaxLength(40).filter(SampleFrames::isText);
  }

  /** Half a surrogate pair is no text: UTF-8 cannot say it. */
  private static boolean isText(String text) {
    return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static Arbitrary<Integer> waits() {
    return Arbitraries.integers().between(0, 10_000);
  }

  private static Arbitrary<Bytes> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(Bytes::of);
  }

  private static Arbitrary<AgentCall<?>> calls(Arbitrary<String> texts) {
    return Combinators.combine(texts, texts, Arbitraries.integers().between(0, 1_000))
        .as((a, b, n) -> calls(a, b).get(n % calls(a, b).size()));
  }

  static List<AgentCall<?>> calls() {
    return calls("a", "b");
  }

  private static List<AgentCall<?>> calls(String a, String b) {
    Optional<RegistryLogin> login = Optional.of(new RegistryLogin(a, b, a));
    CacheKey key = key(a, b);
    return List.of(
        new ReplicaCall.Inventory(),
        new ReplicaCall.Hold(key, CacheSharing.LOCKED, true),
        new ReplicaCall.ReadPatch(key, DIGEST, Optional.of(DIGEST), 5),
        new ReplicaCall.WritePatch(a, Bytes.utf8(b)),
        new ReplicaCall.FindTarget(a, DIGEST, Kept.CHANGES),
        new ReplicaCall.Lacking(a, new CacheReplicas.Range(3, 5)),
        new ReplicaCall.ReadChunks(key, DIGEST, new DigestList(List.of(DIGEST)), true),
        new ReplicaCall.WriteChunks(a, Bytes.utf8(b)),
        new ReplicaCall.FetchChunks(
            a, new CacheReplicas.Elsewhere(b, key, DIGEST), new CacheReplicas.Range(0, 16_384)),
        new ReplicaCall.Apply(a, 1, 2),
        new ReplicaCall.ScanReplica(a),
        new ReplicaCall.Adopt(b, 3, 4),
        new ReplicaCall.Verify(key),
        new ReplicaCall.Close(a),
        new ServiceCall.Info(),
        new ServiceCall.Inventory(),
        new ServiceCall.HoldsImage(a),
        new ServiceCall.ResolveImage(a, b, PullPolicy.ALWAYS, login),
        new ServiceCall.MissingBlobs(List.of(DIGEST)),
        new ServiceCall.StoreBlobs(),
        new ServiceCall.RunStep(step(a, b, run(a, b))),
        new ServiceCall.RunStep(step(b, a, transfer(a, b))),
        new ServiceCall.RunStep(step(b, b, new StepRequest.MakeDirectories())),
        new ServiceCall.DigestOf(a, List.of(a, b), List.of()),
        new ServiceCall.PartOf(a, List.of(a, b), List.of(b), 4),
        new ServiceCall.ExportImage(a, Set.of(DIGEST)),
        new ServiceCall.ImportImage(),
        new ServiceCall.FetchImage(a, b),
        new ServiceCall.HoldPlace(a),
        new ServiceCall.Describe(a),
        new ServiceCall.HeldLayers(List.of(DIGEST, DIGEST)),
        new ServiceCall.Assemble(Optional.of(a), config(a, b), List.of(b)),
        new ServiceCall.SaveImage(a, List.of(b)),
        new ServiceCall.PushImage(a, Optional.empty()),
        new ServiceCall.PushIndex(
            new ImageIndex(a, List.of(new ImageIndex.Entry("linux/amd64", Digest.of(a)))),
            Optional.empty()),
        new ServiceCall.StorageUsage(),
        new ServiceCall.PruneStorage(1, 2),
        new ServiceCall.ListCacheDirectories(),
        new ServiceCall.PruneCacheDirectories(
            Set.of(new ServiceCall.PruneCacheDirectories.Name(a, b, a)),
            new ServiceCall.PruneCacheDirectories.Limits(
                OptionalLong.of(3),
                OptionalLong.empty(),
                OptionalLong.of(4),
                OptionalLong.of(5),
                6)),
        new ServiceCall.PruneCacheDirectories(
            Set.of(), ServiceCall.PruneCacheDirectories.Limits.of(CacheLimits.NONE)));
  }

  private static CacheKey key(String a, String b) {
    return new CacheKey(a, b, a, b, 0755, 1, 2);
  }

  private static StepRequest step(String a, String b, StepRequest.Operation operation) {
    return new StepRequest(
        a.isEmpty() ? Optional.empty() : Optional.of(a),
        "linux/amd64",
        Map.of(a, b),
        List.of(a, b),
        b,
        a,
        List.of(new StepRequest.NewDirectory(a, b)),
        operation,
        !a.isEmpty());
  }

  private static StepRequest.Run run(String a, String b) {
    return new StepRequest.Run(
        List.of(a, b),
        List.of(new StepRequest.ScriptFile(a, Bytes.utf8(b))),
        List.of(
            new MountRequest.ContextBind(a, true, TREE),
            new MountRequest.ImageBind(a, false, b, a),
            new MountRequest.Tmpfs(a, true, Optional.of(5L)),
            new MountRequest.Tmpfs(b, false, Optional.empty()),
            new MountRequest.Cache(
                a, true, key(a, b), CacheSharing.SHARED, b, Optional.of(a), Optional.empty()),
            new MountRequest.Secret(a, Bytes.utf8(b), 0400, 0, 0),
            new MountRequest.Ssh(a, b, 0600, 0, 0)),
        Map.of(a, Bytes.utf8(b)),
        "none",
        true);
  }

  private static StepRequest.Transfer transfer(String a, String b) {
    return new StepRequest.Transfer(
        List.of(
            new StepRequest.ContextSource(a, TREE, true, Optional.of(b)),
            new StepRequest.ImageSource(a, List.of(b), List.of(a)),
            new StepRequest.InlineSource(a, Bytes.utf8(b), 0644)),
        b,
        Optional.of(a),
        Optional.empty(),
        true);
  }

  private static ImageConfig config(String a, String b) {
    return new ImageConfig(
        "linux/arm64",
        List.of(a + "=" + b),
        Optional.of(List.of(a)),
        Optional.empty(),
        b,
        a,
        Map.of(a, b),
        List.of("80/tcp"),
        List.of(b),
        Optional.of("SIGTERM"),
        Optional.of(new ImageConfig.HealthCheck(List.of("CMD", a), 1, 2, 3, 4, 5)),
        Optional.of(List.of("/bin/sh", "-c")),
        List.of(a),
        List.of(new ImageConfig.History(7, b, true)),
        a);
  }
}
