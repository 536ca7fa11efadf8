package io.jenkins.plugins.dockerfilebuild.content;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds what a source names in a build context, following symbolic links inside it and never out of
 * it. Nothing is asked of the file system but listings of directories and targets of links, so no
 * race can lead out either.
 */
final class ContextLookup {

  /** What Linux allows in one path. */
  private static final int MAX_LINKS = 40;

  private final ContextNode.Directory root;

  ContextLookup(ContextNode.Directory root) {
    this.root = root;
  }

  /**
   * The path without {@code .}, {@code ..}, doubled or outer slashes; {@code ..} stops at the top.
   */
  static String clean(String path) {
    Deque<String> elements = new ArrayDeque<>();
    for (String element : elements(path)) {
      if (element.equals("..")) {
        elements.pollLast();
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.addLast(element);
      }
    }
    return String.join("/", elements);
  }

  /** See {@link ContextTree#resolve}. */
  List<String> resolve(String source) {
    String path = clean(source);
    if (!PathPattern.hasWildcards(path)) {
      return find(path).filter(ContextLookup::holdsAnything).isPresent()
          ? List.of(path)
          : List.of();
    }
    List<String> elements = elements(path);
    int first = 0;
    while (!PathPattern.hasWildcards(elements.get(first))) {
      first++;
    }
    List<ContextNode> matching =
        find(String.join("/", elements.subList(0, first))).stream().toList();
    for (String element : elements.subList(first, elements.size())) {
      matching = matchingChildren(matching, PathPattern.parse(element));
    }
    return matching.stream().filter(ContextLookup::holdsAnything).map(ContextNode::path).toList();
  }

  private static List<ContextNode> matchingChildren(List<ContextNode> parents, PathPattern name) {
    List<ContextNode> matching = new ArrayList<>();
    for (ContextNode parent : parents) {
      if (parent instanceof ContextNode.Directory directory) {
        for (ContextNode child : directory.children()) {
          if (name.matches(child.path().substring(child.path().lastIndexOf('/') + 1))) {
            matching.add(child);
          }
        }
      }
    }
    return matching;
  }

  /** A directory that is left out is there only for what below it is not. */
  private static boolean holdsAnything(ContextNode node) {
    return !(node instanceof ContextNode.Directory directory)
        || directory.isIncluded()
        || !ContextCollector.collect(directory, ContextFilter.EVERYTHING).isEmpty();
  }

  /**
   * What {@code path} names, links followed.
   *
   * @return empty if there is nothing
   * @throws ContextException a link leads out of the context, or in a circle
   */
  Optional<ContextNode> find(String path) {
    return new Walk(path).run();
  }

  private static List<String> elements(String path) {
    return Arrays.asList(path.split("/", -1));
  }

  /** One walk from the root along the elements of a path. */
  private final class Walk {

    private final String path;
    private final Deque<String> rest;
    // Directories from the root (last) to where we are (first).
    private final Deque<ContextNode.Directory> trail = new ArrayDeque<>();
    // Links followed, the last one first.
    private final Deque<ContextNode.Symlink> links = new ArrayDeque<>();

    Walk(String path) {
      this.path = path;
      this.rest = new ArrayDeque<>(elements(path));
      trail.push(root);
    }

    Optional<ContextNode> run() {
      while (!rest.isEmpty()) {
        String name = rest.pop();
        if (name.equals("..")) {
          up();
        } else if (!name.isEmpty() && !name.equals(".")) {
          Optional<ContextNode> child = trail.element().child(name);
          if (child.isEmpty()) {
            return nothing();
          }
          if (!enter(child.get())) {
            return rest.isEmpty() ? child : Optional.empty();
          }
        }
      }
      return Optional.of(trail.element());
    }

    private void up() {
      trail.pop();
      if (trail.isEmpty()) {
        throw leaves();
      }
    }

    /** Whether the walk goes on from there. */
    private boolean enter(ContextNode child) {
      if (child instanceof ContextNode.Directory directory) {
        trail.push(directory);
        return true;
      }
      if (child instanceof ContextNode.Symlink link) {
        follow(link);
        return true;
      }
      return false;
    }

    /** An absolute target starts at the context's root, as in BuildKit. */
    private void follow(ContextNode.Symlink link) {
      links.push(link);
      if (links.size() > MAX_LINKS) {
        throw new ContextException(path + " leads through too many symbolic links");
      }
      if (link.target().startsWith("/")) {
        trail.clear();
        trail.push(root);
      }
      List<String> elements = elements(link.target());
      Collections.reverse(elements);
      elements.forEach(rest::push);
    }

    private Optional<ContextNode> nothing() {
      if (!links.isEmpty() && links.element().target().startsWith("/")) {
        throw leaves();
      }
      return Optional.empty();
    }

    private ContextException leaves() {
      ContextNode.Symlink link = links.element();
      return new ContextException(
          ("%s is a symbolic link to %s, which is outside of the build context: copy what it"
                  + " points to into the context")
              .formatted(link.path(), link.target()));
    }
  }
}
