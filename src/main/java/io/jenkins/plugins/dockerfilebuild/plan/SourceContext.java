package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import java.util.Optional;

/**
 * A build context that sources are looked for in.
 *
 * @param name as the Dockerfile has it; empty: the one without a name
 */
record SourceContext(Optional<String> name, ContextTree tree) {

  /** What messages call it. */
  String words() {
    return name.map(given -> "build context \"" + given + "\"").orElse("build context");
  }
}
