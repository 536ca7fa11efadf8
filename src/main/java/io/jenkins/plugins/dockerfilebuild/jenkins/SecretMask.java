package io.jenkins.plugins.dockerfilebuild.jenkins;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.event.BuildEvent;
import io.jenkins.plugins.dockerfilebuild.event.BuildListener;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Takes the secrets of a build out of what it tells, before anybody sees it: lines of output,
 * reasons of failures. Secrets of several lines are masked line by line, as output comes by lines.
 * Immutable.
 */
final class SecretMask {

  /** What takes the place of a secret; the length says nothing. */
  private static final String MASK = "****";

  /** Shorter parts are no secrets, and would hide half of the log. */
  private static final int SHORTEST = 4;

  private final List<String> parts;

  SecretMask(Collection<Bytes> secrets) {
    this.parts =
        secrets.stream()
            .flatMap(secret -> secret.asUtf8().lines())
            .map(String::strip)
            .filter(line -> line.length() >= SHORTEST)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  String of(String text) {
    String masked = text;
    for (String part : parts) {
      masked = masked.replace(part, MASK);
    }
    return masked;
  }

  /** A listener that hears of everything without the secrets. */
  BuildListener before(BuildListener listener) {
    return parts.isEmpty() ? listener : event -> listener.on(of(event));
  }

  private BuildEvent of(BuildEvent event) {
    if (event instanceof BuildEvent.StepPrinted line) {
      return new BuildEvent.StepPrinted(
          line.atMillis(), line.step(), of(line.line()), line.error());
    }
    if (event instanceof BuildEvent.StepFinished end && end.failure().isPresent()) {
      BuildEvent.Failure failure = end.failure().get();
      return new BuildEvent.StepFinished(
          end.atMillis(),
          end.step(),
          end.status(),
          end.agent(),
          end.key(),
          end.durationMillis(),
          end.savedMillis(),
          end.miss(),
          end.mounts(),
          end.bytesReceived(),
          Optional.of(new BuildEvent.Failure(failure.exitCode(), of(failure.message()))));
    }
    if (event instanceof BuildEvent.Notice notice) {
      return new BuildEvent.Notice(notice.atMillis(), notice.step(), of(notice.message()));
    }
    if (event instanceof BuildEvent.Finished end) {
      return new BuildEvent.Finished(
          end.atMillis(), end.result(), end.imageId(), end.problem().map(this::of));
    }
    return event;
  }
}
