package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.RemoteSource;
import io.jenkins.plugins.dockerfilebuild.dockerfile.ParserWarning;
import io.jenkins.plugins.dockerfilebuild.dockerfile.WordExpansion;
import java.util.List;
import java.util.Map;

/**
 * What the planners of all stages share.
 *
 * @param finished stages that have been planned, by index
 * @param warnings is added to
 * @param missing what must be fetched before the plan stands, and the line that names it; is added
 *     to
 */
record PlanScope(
    PlanRequest request,
    GlobalScope globals,
    StageNames names,
    Map<Integer, StageState> finished,
    List<ParserWarning> warnings,
    Map<RemoteSource, Integer> missing) {

  /** The word with the variables of a stage put in. */
  String expand(String word, StageState state, int line) {
    return expansion(word, state, line).text();
  }

  /** The same split at blanks that were not quoted. */
  List<String> expandToWords(String word, StageState state, int line) {
    return expansion(word, state, line).words();
  }

  private WordExpansion.Expansion expansion(String word, StageState state, int line) {
    WordExpansion expansion = new WordExpansion(request.dockerfile().directives().escape());
    WordExpansion.Expansion expanded =
        request.at(line, () -> expansion.trace(word, state.variables().values()));
    request.count(line, expanded.text().length(), 0);
    return expanded;
  }
}
