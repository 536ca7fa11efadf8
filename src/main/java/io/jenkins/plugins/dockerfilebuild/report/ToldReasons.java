package io.jenkins.plugins.dockerfilebuild.report;

import io.jenkins.plugins.dockerfilebuild.plan.Miss;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which reasons a console has told. That there was no earlier build, or that the user wants every
 * step to run, is the reason of all steps of a build: it is news once, and noise from then on. Used
 * by one thread at a time.
 */
final class ToldReasons {

  private static final Set<Miss.Cause> OF_THE_BUILD =
      EnumSet.of(Miss.Cause.FIRST_BUILD, Miss.Cause.NO_CACHE);

  private boolean told = false;

  /** The reason, if it is to be told. */
  Optional<Miss> news(Optional<Miss> miss) {
    if (miss.filter(reason -> OF_THE_BUILD.contains(reason.cause())).isEmpty()) {
      return miss;
    }
    boolean again = told;
    told = true;
    return again ? Optional.empty() : miss;
  }
}
