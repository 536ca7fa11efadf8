package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Place;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Selected;
import io.jenkins.plugins.dockerfilebuild.execution.docker.transfer.ImageSelection.Visitor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** One pass over the archive of an image's directory. For one use by one thread. */
final class ImageWalk {

  private final ContainerFiles files;
  private final String root;
  private final ImageScope scope;
  private final Visitor visitor;

  /** Directories on the way to what may be taken below them, outermost first. */
  private final Deque<Selected> held = new ArrayDeque<>();

  private final List<String> links = new ArrayList<>();

  /** Hard links whose first name is not taken: path of that name → the names that are. */
  private final Map<String, List<Place>> orphans = new LinkedHashMap<>();

  ImageWalk(ContainerFiles files, String root, ImageScope scope, Visitor visitor) {
    this.files = files;
    this.root = root;
    this.scope = scope;
    this.visitor = visitor;
  }

  /**
   * What a pass found beside what it told.
   *
   * @param entries how many the archive had
   * @param links sources that are symbolic links, to be followed, as paths below the root
   */
  record Result(long entries, List<String> links) {}

  Result run() throws IOException {
    long entries = 0;
    try (ImageArchive archive = ImageArchive.open(files, root)) {
      for (Optional<ImageArchive.Entry> entry = archive.next();
          entry.isPresent();
          entry = archive.next()) {
        entries++;
        Optional<Place> place = scope.place(entry.get().path());
        if (place.isPresent()) {
          visit(place.get(), entry.get(), archive);
        }
      }
    }
    for (Map.Entry<String, List<Place>> orphan : orphans.entrySet()) {
      visitOrphans(orphan.getKey(), orphan.getValue());
    }
    return new Result(entries, List.copyOf(links));
  }

  private void visit(Place place, ImageArchive.Entry entry, ImageArchive archive)
      throws IOException {
    TarArchiveEntry header = entry.header();
    boolean source = place.inside().isEmpty();
    if (source && header.isSymbolicLink()) {
      links.add(entry.path());
    } else if (scope.takes(place, header.isDirectory())) {
      tellHeld(place);
      if (header.isLink()) {
        visitHardLink(place, entry, archive);
      } else {
        visitor.visit(new Selected(place, entry, Optional.empty()), archive.content());
      }
    } else if (header.isDirectory() && !source) {
      dropHeldBeside(place);
      held.addLast(new Selected(place, entry, Optional.empty(), true));
    }
  }

  private void visitHardLink(Place place, ImageArchive.Entry entry, ImageArchive archive)
      throws IOException {
    String first = archive.pathBelowRoot(entry.header().getLinkName());
    Optional<Place> target = scope.place(first).filter(p -> scope.takes(p, false));
    if (target.isPresent()) {
      visitor.visit(new Selected(place, entry, target), InputStream.nullInputStream());
    } else {
      orphans
          .computeIfAbsent(ContainerPath.child(root, first), path -> new ArrayList<>())
          .add(place);
    }
  }

  /** Tells the directories on the way to {@code place} that were not taken for themselves. */
  private void tellHeld(Place place) throws IOException {
    dropHeldBeside(place);
    while (!held.isEmpty()) {
      visitor.visit(held.removeFirst(), InputStream.nullInputStream());
    }
  }

  private void dropHeldBeside(Place place) {
    while (!held.isEmpty() && !isBelow(place, held.peekLast().place())) {
      held.removeLast();
    }
  }

  private static boolean isBelow(Place place, Place directory) {
    return place.source().equals(directory.source())
        && place.inside().startsWith(directory.inside() + "/");
  }

  private void visitOrphans(String path, List<Place> places) throws IOException {
    try (ImageArchive archive = ImageArchive.open(files, path)) {
      Optional<ImageArchive.Entry> entry = archive.next();
      if (entry.isEmpty()) {
        throw new IOException("the image changed while it was read: " + path + " is gone");
      }
      visitor.visit(new Selected(places.get(0), entry.get(), Optional.empty()), archive.content());
      for (Place other : places.subList(1, places.size())) {
        visitor.visit(
            new Selected(other, entry.get(), Optional.of(places.get(0))),
            InputStream.nullInputStream());
      }
    }
  }
}
