package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.Optional;

/**
 * Which reasons a console has told. That there was no earlier build is the reason of every step of
 * a first one: it is news once, and noise from then on. Used by one thread at a time.
 */
final class ToldReasons {

  private boolean firstBuild = false;

  /** The reason, if it is to be told. */
  Optional<Miss> news(Optional<Miss> miss) {
    if (miss.filter(reason -> reason.cause() == Miss.Cause.FIRST_BUILD).isEmpty()) {
      return miss;
    }
    boolean told = firstBuild;
    firstBuild = true;
    return told ? Optional.empty() : miss;
  }
}
