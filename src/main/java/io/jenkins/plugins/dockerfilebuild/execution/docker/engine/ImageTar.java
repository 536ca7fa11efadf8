package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tar archive for {@code docker load}, or for a layer. Used by one thread. */
final class ImageTar {

  private final TarArchiveOutputStream tar;

  /** Writes to a stream, which the caller closes. */
  ImageTar(OutputStream out) {
    tar = new TarArchiveOutputStream(out);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /** Writes the entries of an archive. */
  @FunctionalInterface
  interface Content {
    void writeTo(ImageTar tar) throws IOException;
  }

  /** A small archive. */
  static byte[] of(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageTar tar = new ImageTar(bytes);
    content.writeTo(tar);
    tar.finish();
    return bytes.toByteArray();
  }

  ImageTar put(String name, byte[] content) throws IOException {
    return put(new TarArchiveEntry(name), content);
  }

  ImageTar put(TarArchiveEntry entry, byte[] content) throws IOException {
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
    return this;
  }

  ImageTar put(String name, long size, InputStream content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    tar.putArchiveEntry(entry);
    content.transferTo(tar);
    tar.closeArchiveEntry();
    return this;
  }

  /** Ends the archive; what was written has reached the stream then. */
  void finish() throws IOException {
    tar.finish();
    tar.flush();
  }
}
