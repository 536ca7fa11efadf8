package io.jenkins.plugins.dockerfilebuild.archive;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.content.PaxRecords;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

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
    TarArchiveOutputStream files =
        new TarArchiveOutputStream(out, StandardCharsets.ISO_8859_1.name());
    // What does not fit a header stands in a PAX header of ours.
    files.setLongFileMode(TarArchiveOutputStream.LONGFILE_TRUNCATE);
    files.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    for (int layer = 0; layer < image.layerCount(); layer++) {
      copy(layer, files);
    }
    files.finish();
  }

  private void choose(int layer) throws IOException {
    Set<String> removedHere = new HashSet<>();
    Set<String> emptiedHere = new HashSet<>();
    try (ArchiveEntries entries = open(layer)) {
      for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
        String path = path(entries.name());
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.equals(OPAQUE)) {
          emptiedHere.add(parent(path));
        } else if (name.startsWith(WHITEOUT)) {
          String parent = parent(path);
          String victim = name.substring(WHITEOUT.length());
          removedHere.add(parent.isEmpty() ? victim : parent + "/" + victim);
        } else if (!isHidden(path)) {
          winners.putIfAbsent(path, layer);
          if (!entry.get().isDirectory()) {
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
    try (ArchiveEntries entries = open(layer)) {
      for (var entry = entries.next(); entry.isPresent(); entry = entries.next()) {
        if (!counts(path(entries.name()), layer)) {
          continue;
        }
        if (entry.get().isLink() && !counts(path(entries.linkName()), layer)) {
          copyTarget(layer, entry.get(), entries, files);
        } else {
          copy(entries.name(), entry.get(), entries, files);
        }
      }
    }
  }

  private boolean counts(String path, int layer) {
    return winners.getOrDefault(path, -1) == layer;
  }

  /** What its PAX header says goes along byte for byte. */
  private static void copy(
      String name, TarArchiveEntry entry, ArchiveEntries entries, TarArchiveOutputStream files)
      throws IOException {
    Map<String, Bytes> said = new TreeMap<>(entries.records());
    sayUnlessPlain("path", name, said);
    sayUnlessPlain("linkpath", entries.linkName(), said);
    if (!said.isEmpty()) {
      PaxRecords records = new PaxRecords();
      said.forEach((key, value) -> records.add(key, value.toArray()));
      records.writeTo(files, entry.getLastModifiedTime());
    }
    entry.clearExtraPaxHeaders();
    files.putArchiveEntry(entry);
    entries.content().transferTo(files);
    files.closeArchiveEntry();
  }

  /** A header holds names that are short and ASCII. */
  private static void sayUnlessPlain(String key, String name, Map<String, Bytes> said) {
    if (name.length() > TarConstants.NAMELEN || name.chars().anyMatch(c -> c >= 0x80)) {
      said.put(key, Bytes.of(FileNames.bytes(name)));
    } else {
      said.remove(key);
    }
  }

  /** A hard link to a file that a layer above replaced has become a file of its own. */
  private void copyTarget(
      int layer, TarArchiveEntry link, ArchiveEntries links, TarArchiveOutputStream files)
      throws IOException {
    String linked = path(links.linkName());
    try (ArchiveEntries entries = open(layer)) {
      for (var target = entries.next(); target.isPresent(); target = entries.next()) {
        if (path(entries.name()).equals(linked)) {
          target.get().setName(link.getName());
          copy(links.name(), target.get(), entries, files);
          return;
        }
      }
    }
  }

  private ArchiveEntries open(int layer) throws IOException {
    return new ArchiveEntries(image.layer(layer));
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
