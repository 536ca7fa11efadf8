package io.jenkins.plugins.dockerfilebuild.execution.docker.files;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import io.jenkins.plugins.dockerfilebuild.content.PaxTap;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads a tar entry by entry, names in UTF-8, extended attributes as bytes. Not thread-safe. */
public final class TarReader implements Closeable {

  private final PaxTap tap;
  private final TarArchiveInputStream tar;

  /** Reads an archive that is not compressed. */
  public TarReader(InputStream bytes) {
    tap = new PaxTap(bytes);
    tar = new TarArchiveInputStream(tap, "UTF-8");
  }

  /**
   * The next entry; empty at the end.
   *
   * @throws IOException also where the archive is damaged
   */
  public Optional<TarArchiveEntry> next() throws IOException {
    try {
      return Optional.ofNullable(tar.getNextEntry());
    } catch (IllegalArgumentException e) {
      // commons-compress throws it for numbers that are none.
      throw new IOException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  /** The name of the entry that was told last, one byte in each character. */
  public String nameBytes() {
    return raw("path", tar.getCurrentEntry().getName());
  }

  /** What the link that was told last leads to, likewise. */
  public String linkBytes() {
    return raw("linkpath", tar.getCurrentEntry().getLinkName());
  }

  private String raw(String record, String inHeader) {
    Bytes bytes = tap.current().get(record);
    return bytes == null
        ? latin(inHeader)
        : new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
  }

  private static String latin(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
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
