package io.jenkins.plugins.dockerfilebuild.plan;

/** What FROM or {@code --from} names. */
sealed interface Origin {

  record Scratch() implements Origin {}

  record Stage(int index) implements Origin {}

  record Image(ImageReference reference) implements Origin {}
}
