package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.execution.MountStorage;
import io.jenkins.plugins.dockerfilebuild.execution.StepOutcome.MountReport;
import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Events as sentences that both consoles print. */
final class Phrases {

  /** Waits below are what every lock takes. */
  private static final long NOTEWORTHY_MILLIS = 100;

  private Phrases() {}

  static String planned(BuildEvent.Planned planned) {
    int steps = planned.steps().size();
    return "building %s: %d step%s on %s"
        .formatted(
            PrintableText.of(planned.dockerfile()),
            steps,
            steps == 1 ? "" : "s",
            PrintableText.of(String.join(", ", planned.agents())));
  }

  static String resolved(BuildEvent.BaseImageResolved resolved) {
    return PrintableText.of(
        "base image %s is %s (%s)"
            .formatted(
                resolved.reference(),
                resolved.repositoryDigest().orElse(resolved.imageId()),
                resolved.agent()));
  }

  static String transferred(BuildEvent.Transferred transferred) {
    return PrintableText.of(
        "sent %s from %s to %s: %s in %s"
            .formatted(
                transferred.what(),
                transferred.from(),
                transferred.to(),
                Figures.bytes(transferred.bytes()),
                Figures.duration(transferred.durationMillis())));
  }

  /** {@code image for linux/arm64 is sha256:… on a2, named app:1-linux-arm64}. */
  static String imageMade(BuildEvent.ImageMade image) {
    String names = image.names().isEmpty() ? "" : ", named " + String.join(", ", image.names());
    return PrintableText.of(
        "image for %s is %s on %s%s"
            .formatted(image.platform(), image.imageId(), image.agent(), names));
  }

  static String pushing(BuildEvent.PushProgressed progressed) {
    return PrintableText.of(
        "pushing %s from %s: %d of %d layers are there"
            .formatted(
                progressed.reference(),
                progressed.agent(),
                progressed.done(),
                progressed.layers()));
  }

  static String pushed(BuildEvent.Pushed pushed) {
    return PrintableText.of(
        "pushed %s, digest %s, in %s"
            .formatted(
                pushed.reference(), pushed.digest(), Figures.duration(pushed.durationMillis())));
  }

  /**
   * {@code agent-2 mounts volumes of its engine, not directories: …}; empty for an agent of the
   * usual kind.
   */
  static Optional<String> joined(BuildEvent.AgentJoined joined) {
    return joined.storage().kind() == MountStorage.Kind.HOST_DIRECTORIES
        ? Optional.empty()
        : Optional.of(
            PrintableText.of(
                "%s mounts volumes of its engine, not directories: %s"
                    .formatted(joined.agent(), joined.storage().reason())));
  }

  /** {@code published cache m2 version 8 (agent-1): 30,412 files, 1.1 GB in 0.4 s}. */
  static String published(BuildEvent.CachePublished published) {
    String conflicts =
        published.conflicts() > 0
            ? ", the newer of two for %d paths".formatted(published.conflicts())
            : "";
    return PrintableText.of(
        "published cache %s version %d (%s): %s, %s in %s%s"
            .formatted(
                published.id(),
                published.version(),
                published.agent(),
                Figures.files(published.files()),
                Figures.bytes(published.bytes()),
                Figures.duration(published.durationMillis()),
                conflicts));
  }

  /** {@code , published as version 8 in 0.4 s}; nothing if the step published none of the id. */
  static String publishedAfter(String id, List<BuildEvent.CachePublished> published) {
    return published.stream()
        .filter(one -> one.id().equals(id))
        .map(
            one ->
                ", published as version %d in %s"
                    .formatted(one.version(), Figures.duration(one.durationMillis())))
        .collect(Collectors.joining());
  }

  /**
   * {@code runs because src/App.java changed (on agent-1)}.
   *
   * @param reason empty where it has been told already
   */
  static String started(BuildEvent.StepStarted started, Optional<Miss> reason) {
    return "runs"
        + reason.map(miss -> " because " + MissReason.of(miss)).orElse("")
        + " (on "
        + PrintableText.of(started.agent())
        + ")";
  }

  /** {@code cached (saved 12 s)}, {@code done in 3.4 s on agent-1; cache m2 warm, 340 MB}. */
  static String finished(BuildEvent.StepFinished finished) {
    return outcome(finished) + facts(finished);
  }

  /** As {@link #finished}, for where {@link #started} was not told. */
  static String finishedWithReason(BuildEvent.StepFinished finished, Optional<Miss> reason) {
    String because = reason.map(miss -> ", ran because " + MissReason.of(miss)).orElse("");
    return outcome(finished) + because + facts(finished);
  }

  private static String outcome(BuildEvent.StepFinished finished) {
    String agent = finished.agent().map(a -> " on " + PrintableText.of(a)).orElse("");
    String duration = Figures.duration(finished.durationMillis());
    return switch (finished.status()) {
      case CACHED -> "cached" + agent + saved(finished);
      case EXECUTED -> "done in " + duration + agent;
      case FAILED -> "failed after " + duration + agent + exitStatus(finished);
      case CANCELED -> "canceled" + agent;
      case SKIPPED -> "skipped";
    };
  }

  private static String saved(BuildEvent.StepFinished finished) {
    long millis = finished.savedMillis();
    return millis > 0 ? " (saved " + Figures.duration(millis) + ")" : "";
  }

  private static String exitStatus(BuildEvent.StepFinished finished) {
    return finished
        .failure()
        .filter(failure -> failure.exitCode() >= 0)
        .map(failure -> " with exit status " + failure.exitCode())
        .orElse("");
  }

  private static String facts(BuildEvent.StepFinished finished) {
    List<String> facts = new ArrayList<>();
    finished.mounts().stream()
        .filter(mount -> !mount.hit().isEmpty())
        .forEach(mount -> facts.add(cache(mount)));
    if (finished.bytesReceived() > 0) {
      facts.add("received " + Figures.bytes(finished.bytesReceived()));
    }
    return facts.isEmpty() ? "" : "; " + String.join("; ", facts);
  }

  /** A vault has a blank before its name, so that no agent can have it. */
  private static String names(Collection<String> holders) {
    return holders.stream().map(String::strip).sorted().collect(Collectors.joining(", "));
  }

  /** {@code , 400 kB received from agent-1, 31 chunks (2.0 MB) re-used, in 0.3 s}. */
  private static String received(MountReport mount) {
    if (mount.sync().isEmpty()) {
      return "";
    }
    MountReport.Sync sync = mount.sync().get();
    String from = sync.bytesFrom().isEmpty() ? "" : " from " + names(sync.bytesFrom().keySet());
    String reused =
        sync.chunksReused() > 0
            ? String.format(
                Locale.ROOT,
                ", %,d chunks (%s) re-used",
                sync.chunksReused(),
                Figures.bytes(sync.bytesReused()))
            : "";
    return ", %s received%s%s, in %s"
        .formatted(
            Figures.bytes(sync.bytesReceived()),
            from,
            reused,
            Figures.duration(mount.bringUpMillis()));
  }

  private static String version(MountReport mount) {
    return mount.version() == 0
        ? ""
        : ", version %d of %s ago, %s"
            .formatted(
                mount.version(), Figures.duration(mount.ageMillis()), Figures.files(mount.files()));
  }

  /**
   * How a cache mount was found: {@code cache m2 warm, version 7 of 2 h 4 min ago, 30,412 files,
   * 340 MB}. What publishing took is told when that is done ({@link #published}).
   */
  static String cache(MountReport mount) {
    String held = mount.bytes() > 0 ? ", " + Figures.bytes(mount.bytes()) : "";
    String waited =
        mount.waitMillis() >= NOTEWORTHY_MILLIS
            ? ", waited " + Figures.duration(mount.waitMillis())
            : "";
    return PrintableText.of(
        "cache "
            + mount.id()
            + " "
            + mount.hit().toLowerCase(Locale.ROOT)
            + version(mount)
            + held
            + received(mount)
            + waited);
  }
}
