package io.jenkins.plugins.dockerfilebuild.archive;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.PaxTap;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The entries of a tar that nobody trusts, with names and attributes byte for byte. Used by one
 * thread.
 */
final class ArchiveEntries implements Closeable {

  private final PaxTap tap;
  private final TarArchiveInputStream tar;

  /** Of an archive that is not compressed. */
  ArchiveEntries(InputStream bytes) {
    tap = new PaxTap(bytes);
    tar = new TarArchiveInputStream(tap, StandardCharsets.ISO_8859_1.name());
  }

  /**
   * The next one; empty at the end. Its own names are not to be used.
   *
   * @throws IOException also where the archive is damaged
   */
  Optional<TarArchiveEntry> next() throws IOException {
    try {
      return Optional.ofNullable(tar.getNextEntry());
    } catch (IllegalArgumentException e) {
      throw new IOException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  /** The name of the last one, as {@code FileNames.text} has it. */
  String name() {
    return tap.name(tar.getCurrentEntry().getName());
  }

  /** What the last one is a link to, likewise. */
  String linkName() {
    return tap.linkName(tar.getCurrentEntry().getLinkName());
  }

  /** What the PAX header of the last one says. */
  Map<String, Bytes> records() {
    return tap.current();
  }

  /** The bytes of the last one. */
  InputStream content() {
    return tar;
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
