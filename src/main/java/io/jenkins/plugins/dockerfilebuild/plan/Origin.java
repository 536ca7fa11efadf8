package io.jenkins.plugins.dockerfilebuild.plan;

/** What FROM or {@code --from} names. */
sealed interface Origin {

  record Scratch() implements Origin {}

  record Stage(int index) implements Origin {}

  /** Files that the user gives under a name. */
  record Directory(SourceContext context) implements Origin {}

  record Image(ImageReference reference) implements Origin {}
}
