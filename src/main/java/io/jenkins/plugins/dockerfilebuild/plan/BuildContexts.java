package io.jenkins.plugins.dockerfilebuild.plan;

import io.jenkins.plugins.dockerfilebuild.content.ContextTree;
import io.jenkins.plugins.dockerfilebuild.image.ReferenceFormat;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The build context, and others by name.
 *
 * @param main what COPY, ADD and bind mounts without {@code from} take files from
 * @param named what a name stands for, before any stage and image of that name, as in BuildKit
 *     ({@code --build-context}). Names are those of images: {@code alpine}, {@code alpine:latest}
 *     and {@code docker.io/library/alpine} are one
 */
public record BuildContexts(ContextTree main, Map<String, NamedContext> named) {

  /**
   * @throws IllegalArgumentException as of {@link #requireNames}
   */
  public BuildContexts {
    requireNames(named.keySet());
    Map<String, NamedContext> byShortName = new HashMap<>();
    named.forEach((name, context) -> byShortName.put(ReferenceFormat.shortName(name), context));
    named = Map.copyOf(byShortName);
  }

  /**
   * Checks names that contexts are to have.
   *
   * @throws IllegalArgumentException one can be none of an image, is {@code scratch}, or two are
   *     one
   */
  public static void requireNames(Collection<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      Optional<String> problem =
          ReferenceFormat.problem(name)
              .or(
                  () ->
                      name.equals("scratch")
                          ? Optional.of("it means nothing else")
                          : Optional.empty())
              .or(
                  () ->
                      seen.add(ReferenceFormat.shortName(name))
                          ? Optional.empty()
                          : Optional.of("it is given twice"));
      problem.ifPresent(
          text -> {
            throw new IllegalArgumentException("invalid context name %s: %s".formatted(name, text));
          });
    }
  }

  /** The build context alone. */
  public static BuildContexts of(ContextTree main) {
    return new BuildContexts(main, Map.of());
  }

  /** What the user says that a name means. */
  public Optional<NamedContext> find(String name) {
    return Optional.ofNullable(named.get(ReferenceFormat.shortName(name)));
  }
}
