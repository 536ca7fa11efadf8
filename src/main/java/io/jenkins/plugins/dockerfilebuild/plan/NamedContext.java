package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import java.util.Optional;

/** What a name in FROM or {@code --from} means where the user says so ({@code --build-context}). */
public sealed interface NamedContext {

  /** Before the name of an image, as users write it. */
  String IMAGE = "docker-image://";

  /**
   * The image that a user's text stands for.
   *
   * @return empty if it can only be a directory
   * @throws IllegalArgumentException it can be neither; says why
   */
  static Optional<Image> image(String text) {
    if (!text.startsWith(IMAGE)) {
      if (text.contains("://")) {
        throw new IllegalArgumentException(
            "%s: only a directory or an image (%sNAME) can be a named build context"
                .formatted(text, IMAGE));
      }
      return Optional.empty();
    }
    String reference = text.substring(IMAGE.length());
    ReferenceFormat.problem(reference)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(text + ": " + problem);
            });
    return Optional.of(new Image(reference));
  }

  /**
   * An image, in place of a stage or of another image.
   *
   * @param reference as FROM has it; {@code scratch} is nothing
   */
  record Image(String reference) implements NamedContext {}

  /** Files, for COPY and mounts. */
  record Files(ContextTree tree) implements NamedContext {}
}
