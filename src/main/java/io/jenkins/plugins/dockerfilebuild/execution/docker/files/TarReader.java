package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import io.jenkins.plugins.dockerfilebuild.content.FileNames;
import io.jenkins.plugins.dockerfilebuild.content.PaxTap;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads a tar entry by entry, extended attributes as bytes. Names are UTF-8; bytes that are none
 * stand in them as {@link FileNames#text(byte[])} has it. Not thread-safe.
 */
public final class TarReader implements Closeable {

  private final PaxTap tap;
  private final TarArchiveInputStream tar;

  /** Reads an archive that is not compressed. */
  public TarReader(InputStream bytes) {
    tap = new PaxTap(bytes);
    // One byte in each character: another encoding would lose those that it cannot read.
    tar = new TarArchiveInputStream(tap, StandardCharsets.ISO_8859_1.name());
  }

  /**
   * The next entry; empty at the end.
   *
   * @throws IOException also where the archive is damaged, or its headers are beyond reason
   */
  public Optional<TarArchiveEntry> next() throws IOException {
    try {
      leaveContent();
      tap.headersBegin();
      Optional<TarArchiveEntry> entry = Optional.ofNullable(tar.getNextEntry());
      tap.contentBegins();
      entry.ifPresent(this::name);
      return entry;
    } catch (IllegalArgumentException e) {
      // commons-compress throws it for numbers that are none.
      throw new IOException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  private void leaveContent() throws IOException {
    TarArchiveEntry left = tar.getCurrentEntry();
    if (left != null && !left.isSparse()) {
      tar.skip(Long.MAX_VALUE);
    }
  }

  /** Gives an entry the names that it has in the archive. */
  private void name(TarArchiveEntry entry) {
    String name = tap.name(entry.getName());
    // Setting it takes a slash at the start away.
    if (!name.equals(entry.getName())) {
      entry.setName(name);
    }
    entry.setLinkName(tap.linkName(entry.getLinkName()));
  }

  /** The name of the entry that was told last, one byte in each character. */
  public String nameBytes() {
    return latin(tar.getCurrentEntry().getName());
  }

  /** What the link that was told last leads to, likewise. */
  public String linkBytes() {
    return latin(tar.getCurrentEntry().getLinkName());
  }

  private static String latin(String name) {
    return new String(FileNames.bytes(name), StandardCharsets.ISO_8859_1);
  }

  /** What the archive says of the entry that was told last. */
  public FileAttributes attributes() {
    return FileAttributes.of(tar.getCurrentEntry(), tap.attributes());
  }

  /** The bytes of the entry that was told last, to be read before the next is asked for. */
  public InputStream content() {
    return tar;
  }

  /** Whether the bytes of the entry can be read: some kinds of sparse files cannot. */
  public boolean canReadContent() {
    return tar.canReadEntryData(tar.getCurrentEntry());
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
