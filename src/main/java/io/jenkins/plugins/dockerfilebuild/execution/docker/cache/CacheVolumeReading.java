package io.jenkins.plugins.dockerfilebuild.execution.docker.cache;

import io.jenkins.plugins.dockerfilebuild.cachedirectory.CacheEntry;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.ChunkList;
import io.jenkins.plugins.dockerfilebuild.cachedirectory.DistantContent;
import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.engine.AuxiliaryContainers;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.ContainerFiles;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.FileAttributes;
import io.jenkins.plugins.dockerfilebuild.execution.docker.files.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** Tells what a cache's volume holds, from the archive that the engine makes of it. */
final class CacheVolumeReading {

  private static final String USER = "user.";
  private static final int LINK_MODE = 0777;

  private CacheVolumeReading() {}

  static void tell(ContainerFiles volume, DistantContent.Listener listener) throws IOException {
    try (TarReader archive = new TarReader(volume.read(AuxiliaryContainers.AT))) {
      for (Optional<TarArchiveEntry> next = archive.next();
          next.isPresent();
          next = archive.next()) {
        tell(next.get(), archive, listener);
      }
    }
  }

  private static void tell(
      TarArchiveEntry header, TarReader archive, DistantContent.Listener listener)
      throws IOException {
    String path = inside(archive.nameBytes());
    if (header.isDirectory()) {
      listener.entry(entry(path, CacheEntry.Type.DIRECTORY, archive, ""), 0, none());
    } else if (header.isSymbolicLink()) {
      String target = archive.linkBytes();
      listener.entry(entry(path, CacheEntry.Type.SYMLINK, archive, target), 0, none());
    } else if (header.isLink()) {
      listener.entry(CacheEntry.hardLink(path, inside(archive.linkBytes())), 0, none());
    } else if (isRegular(header)) {
      CacheEntry file = entry(path, CacheEntry.Type.FILE, archive, "");
      listener.entry(file, header.getSize(), archive.content());
    } else {
      listener.leftOut();
    }
  }

  /** Of what is neither a directory nor a link. */
  private static boolean isRegular(TarArchiveEntry header) {
    return !header.isFIFO() && !header.isCharacterDevice() && !header.isBlockDevice();
  }

  private static InputStream none() {
    return InputStream.nullInputStream();
  }

  /** The archive's names begin with the name of the directory that was asked for. */
  private static String inside(String name) throws IOException {
    String clean = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    String root = AuxiliaryContainers.AT.substring(1);
    if (clean.equals(root)) {
      return "";
    }
    if (!clean.startsWith(root + "/")) {
      throw new IOException("the engine told of a file that was not asked for");
    }
    return clean.substring(root.length() + 1);
  }

  private static CacheEntry entry(
      String path, CacheEntry.Type type, TarReader archive, String target) {
    FileAttributes attributes = archive.attributes();
    Instant modified = attributes.modified();
    return new CacheEntry(
        path,
        type,
        type == CacheEntry.Type.SYMLINK ? LINK_MODE : attributes.mode(),
        (int) attributes.uid(),
        (int) attributes.gid(),
        modified.getEpochSecond() * 1_000_000_000L + modified.getNano(),
        userAttributes(attributes.xattrs()),
        target,
        ChunkList.EMPTY);
  }

  /** Those that a manifest holds, names and values one byte in each character. */
  private static SortedMap<String, String> userAttributes(Map<String, Bytes> all) {
    SortedMap<String, String> attributes = new TreeMap<>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(USER)) {
            byte[] bytes = name.substring(USER.length()).getBytes(StandardCharsets.UTF_8);
            attributes.put(latin(bytes), latin(value.toArray()));
          }
        });
    return attributes.isEmpty()
        ? CacheEntry.NO_ATTRIBUTES
        : Collections.unmodifiableSortedMap(attributes);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
