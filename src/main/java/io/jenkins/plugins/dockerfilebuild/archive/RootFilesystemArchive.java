package io.jenkins.plugins.dockerfilebuild.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The files of an image as one archive, from an archive of its layers ({@code docker save}). The
 * layers are read twice: from the top down to find out which layer's entry counts for each path
 * (whiteouts as in the OCI image specification, "Layer Filesystem Changeset"), then from the bottom
 * up to write those, so that directories and link targets come before what needs them.
 */
public final class RootFilesystemArchive {

  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final DockerArchive image;

  // Path → number of the layer whose entry counts.
  private final Map<String, Integer> winners = new HashMap<>();
  // What the layers above the one that is looked at have removed or replaced.
  private final Set<String> removed = new HashSet<>();
  private final Set<String> emptied = new HashSet<>();

  private RootFilesystemArchive(DockerArchive image) {
    this.image = image;
  }

  /**
   * @param imageArchive of one image, as {@code docker save} writes it
   */
  public static void write(Path imageArchive, OutputStream out) throws IOException {
    try (DockerArchive image = DockerArchive.open(imageArchive)) {
      new RootFilesystemArchive(image).write(out);
    }
  }

  private void write(OutputStream out) throws IOException {
    for (int layer = image.layerCount() - 1; layer >= 0; layer--) {
      choose(layer);
    }
    TarArchiveOutputStream files = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    files.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    files.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    files.setAddPaxHeadersForNonAsciiNames(true);
    for (int layer = 0; layer < image.layerCount(); layer++) {
      copy(layer, files);
    }
    files.finish();
  }

  private void choose(int layer) throws IOException {
    Set<String> removedHere = new HashSet<>();
    Set<String> emptiedHere = new HashSet<>();
    try (TarArchiveInputStream entries = open(layer)) {
      TarArchiveEntry entry = entries.getNextEntry();
      for (; entry != null; entry = entries.getNextEntry()) {
        String path = path(entry);
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.equals(OPAQUE)) {
          emptiedHere.add(parent(path));
        } else if (name.startsWith(WHITEOUT)) {
          String parent = parent(path);
          String victim = name.substring(WHITEOUT.length());
          removedHere.add(parent.isEmpty() ? victim : parent + "/" + victim);
        } else if (!isHidden(path)) {
          winners.putIfAbsent(path, layer);
          if (!entry.isDirectory()) {
            emptiedHere.add(path);
          }
        }
      }
    }
    removed.addAll(removedHere);
    emptied.addAll(emptiedHere);
  }

  private boolean isHidden(String path) {
    if (removed.contains(path)) {
      return true;
    }
    for (String above = path; !above.isEmpty(); ) {
      above = parent(above);
      if (removed.contains(above) || emptied.contains(above)) {
        return true;
      }
    }
    return false;
  }

  private void copy(int layer, TarArchiveOutputStream files) throws IOException {
    try (TarArchiveInputStream entries = open(layer)) {
      TarArchiveEntry entry = entries.getNextEntry();
      for (; entry != null; entry = entries.getNextEntry()) {
        if (!counts(path(entry), layer)) {
          continue;
        }
        if (entry.isLink() && !counts(path(entry.getLinkName()), layer)) {
          copyTarget(layer, entry, files);
        } else {
          copy(entry, entries, files);
        }
      }
    }
  }

  private boolean counts(String path, int layer) {
    return winners.getOrDefault(path, -1) == layer;
  }

  private static void copy(TarArchiveEntry entry, InputStream content, TarArchiveOutputStream files)
      throws IOException {
    files.putArchiveEntry(entry);
    content.transferTo(files);
    files.closeArchiveEntry();
  }

  /** A hard link to a file that a layer above replaced has become a file of its own. */
  private void copyTarget(int layer, TarArchiveEntry link, TarArchiveOutputStream files)
      throws IOException {
    try (TarArchiveInputStream entries = open(layer)) {
      TarArchiveEntry target = entries.getNextEntry();
      while (target != null && !path(target).equals(path(link.getLinkName()))) {
        target = entries.getNextEntry();
      }
      if (target != null) {
        target.setName(link.getName());
        copy(target, entries, files);
      }
    }
  }

  private TarArchiveInputStream open(int layer) throws IOException {
    return new TarArchiveInputStream(image.layer(layer), StandardCharsets.UTF_8.name());
  }

  private static String path(TarArchiveEntry entry) {
    return path(entry.getName());
  }

  private static String path(String name) {
    String path = name.startsWith("./") ? name.substring(2) : name;
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
