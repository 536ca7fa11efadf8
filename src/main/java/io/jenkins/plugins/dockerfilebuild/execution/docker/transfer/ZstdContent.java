package io.jenkins.plugins.dockerfilebuild.execution.docker.transfer;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The content of a zstd file. Memory is bounded: the decompressor refuses what needs a window above
 * 8 MiB, which zstd(1) makes with {@code --long} and {@code --ultra} alone. For one thread.
 */
final class ZstdContent extends FilterInputStream {

  /** The file is damaged, or its window too large. */
  static final class UnreadableException extends IOException {

    private static final long serialVersionUID = 1L;

    private UnreadableException(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }

  ZstdContent(InputStream packed) throws IOException {
    super(new ZstdInputStream(packed));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * @throws UnreadableException it cannot be unpacked
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return super.read(bytes, offset, length);
    } catch (MalformedInputException e) {
      throw new UnreadableException(e);
    }
  }
}
