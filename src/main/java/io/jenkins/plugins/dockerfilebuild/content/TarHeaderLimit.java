package io.jenkins.plugins.dockerfilebuild.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Counts what is read for the headers of one entry: commons-compress gathers long names and
 * extended headers in memory, as many gigabytes as the archive says.
 */
final class TarHeaderLimit extends FilterInputStream {

  private static final long MAX_HEADER = 1 << 20;

  // Bytes that may still be read before the next entry's content.
  private long left = Long.MAX_VALUE;

  TarHeaderLimit(InputStream in) {
    super(in);
  }

  TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    left = MAX_HEADER;
    TarArchiveEntry entry = tar.getNextEntry();
    left = Long.MAX_VALUE;
    return entry;
  }

  private int count(int bytes) throws UnsafeArchiveException {
    left -= Math.max(bytes, 0);
    if (left < 0) {
      throw new UnsafeArchiveException("an entry has more than " + MAX_HEADER + " header bytes");
    }
    return bytes;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return count(super.read(buffer, offset, length));
  }
}
