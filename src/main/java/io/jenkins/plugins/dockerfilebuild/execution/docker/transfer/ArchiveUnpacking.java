package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerPath;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarWriter;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TransferException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * Unpacks a local archive at the destination of ADD, with the archive's own owners, modes and
 * times; {@code --chown} replaces the owners.
 *
 * <p>Archives are not trusted. Names are made relative to the destination as tar(1) does; a name
 * that climbs out of it, a hard link to outside, and an entry that would be written through a
 * symbolic link of the archive are refused before they reach the engine. Parents that the archive
 * does not list are made by the engine (0755, root).
 */
final class ArchiveUnpacking {

  /** More symbolic links than any distribution has; each is remembered until the end. */
  private static final int MAX_LINKS = 1_000_000;

  private final LocalArchive archive;
  private final TransferTarget target;

  /** Paths, relative to the destination, that are symbolic links so far. */
  private final Set<String> links = new HashSet<>();

  ArchiveUnpacking(LocalArchive archive, TransferTarget target) {
    this.archive = archive;
    this.target = target;
  }

  /**
   * @throws TransferException the archive is hostile or holds what cannot be unpacked
   * @throws IOException also where the archive is damaged
   */
  void run() throws IOException {
    try {
      unpack();
    } catch (ZstdContent.UnreadableException e) {
      throw new TransferException(
          "%s cannot be unpacked: %s. If it is not damaged, pack it without --long and --ultra"
              .formatted(archive.name(), e.getMessage()),
          e);
    }
  }

  private void unpack() throws IOException {
    String base = target.enterDirectoryOfArchive(archive.name());
    TarReader entries = archive.entries();
    for (Optional<TarArchiveEntry> entry = entries.next();
        entry.isPresent();
        entry = entries.next()) {
      String name = inside(entry.get().getName(), entry.get());
      if (!name.isEmpty()) {
        write(base, name, entry.get(), entries);
      }
    }
  }

  private void write(String base, String name, TarArchiveEntry entry, TarReader entries)
      throws IOException {
    String path = ContainerPath.child(base, name);
    FileAttributes attributes = target.owned(entries.attributes());
    if (!entry.isSymbolicLink()) {
      links.remove(name);
    }
    if (entry.isDirectory()) {
      target.tar().directory(path, attributes);
    } else if (entry.isSymbolicLink()) {
      remember(name);
      target.tar().symbolicLink(path, attributes, entry.getLinkName());
    } else if (entry.isLink()) {
      String linked = inside(entry.getLinkName(), entry);
      target.tar().hardLink(path, attributes, ContainerPath.child(base, linked));
    } else if (TarWriter.isSpecial(entry)) {
      target.tar().special(path, attributes, entry);
    } else if (isFile(entry) && entries.canReadContent()) {
      target.tar().file(path, attributes, entry.getRealSize(), entries.content());
    } else {
      throw refused(entry, "is of a kind that cannot be unpacked");
    }
  }

  /** commons-compress calls a file whatever it does not know, such as the label of a volume. */
  private static boolean isFile(TarArchiveEntry entry) {
    return entry.isSparse() || entry.getLinkFlag() == 0 || "07".indexOf(entry.getLinkFlag()) >= 0;
  }

  private void remember(String name) {
    if (links.add(name) && links.size() > MAX_LINKS) {
      throw new TransferException(
          "%s holds more than %d symbolic links".formatted(archive.name(), MAX_LINKS));
    }
  }

  /** The clean form of a name in the archive, relative to the destination. */
  private String inside(String name, TarArchiveEntry entry) {
    Deque<String> elements = new ArrayDeque<>();
    for (String element : name.split("/", -1)) {
      if (element.equals("..")) {
        if (elements.pollLast() == null) {
          throw refused(entry, "would leave the destination by the name " + name);
        }
      } else if (!element.isEmpty() && !element.equals(".")) {
        if (!elements.isEmpty() && links.contains(String.join("/", elements))) {
          throw refused(entry, "would be written through the link " + String.join("/", elements));
        }
        elements.addLast(element);
      }
    }
    return String.join("/", elements);
  }

  private TransferException refused(TarArchiveEntry entry, String why) {
    return new TransferException(
        "refused to unpack %s: its entry %s %s".formatted(archive.name(), entry.getName(), why));
  }
}
