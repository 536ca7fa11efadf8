package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Bytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * Reads extended attributes out of a tar that passes through. They are bytes, {@code
 * security.capability} of a set-uid helper has some above 0x7f, but commons-compress 1.28 reads
 * every PAX record as UTF-8 text and so loses them.
 *
 * <p>Follows the stream header by header. What it does not understand ends its work, never the
 * stream's.
 */
final class XattrTap extends FilterInputStream {

  private static final String XATTR = "SCHILY.xattr.";
  private static final int BLOCK = 512;
  private static final int SIZE_OFFSET = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int TYPE_OFFSET = 156;

  /** A PAX header with all attributes that Linux allows a file is below this. */
  private static final int MAX_PAX_BYTES = 1 << 20;

  /** The header or PAX block that is being gathered. */
  private byte[] block = new byte[BLOCK];

  private int gathered;

  /** Bytes to pass before the next block: content that is not looked at, and padding. */
  private long toSkip;

  /** Whether {@link #block} is a PAX header's content. */
  private boolean pax;

  /** Of the PAX header before the next file: its attributes, and its size or -1. */
  private Map<String, Bytes> pending = Map.of();

  private long pendingSize = -1;

  /** Attributes of the file whose header passed last. */
  private Map<String, Bytes> current = Map.of();

  private boolean lost;

  XattrTap(InputStream tar) {
    super(tar);
  }

  /** Extended attributes, by name, of the file whose header passed last. */
  Map<String, Bytes> current() {
    return current;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    if (count > 0 && !lost) {
      watch(target, offset, count);
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] passed = new byte[(int) Math.min(count, 1 << 13)];
    int read = read(passed, 0, passed.length);
    return Math.max(read, 0);
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void watch(byte[] bytes, int offset, int count) {
    int at = offset;
    int end = offset + count;
    while (at < end && !lost) {
      if (toSkip > 0) {
        int skipped = (int) Math.min(toSkip, end - at);
        toSkip -= skipped;
        at += skipped;
      } else {
        int taken = Math.min(block.length - gathered, end - at);
        System.arraycopy(bytes, at, block, gathered, taken);
        gathered += taken;
        at += taken;
        if (gathered == block.length) {
          complete();
        }
      }
    }
  }

  private void complete() {
    byte[] whole = block;
    block = new byte[BLOCK];
    gathered = 0;
    try {
      if (pax) {
        pax = false;
        toSkip = padding(whole.length);
        readRecords(whole);
      } else if (whole[0] != 0) {
        readHeader(whole);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      lost = true;
      current = Map.of();
    }
  }

  private void readHeader(byte[] header) {
    long size = TarUtils.parseOctalOrBinary(header, SIZE_OFFSET, SIZE_LENGTH);
    byte type = header[TYPE_OFFSET];
    if (type == TarConstants.LF_PAX_EXTENDED_HEADER_LC && size > 0 && size <= MAX_PAX_BYTES) {
      block = new byte[(int) size];
      pax = true;
    } else if (type == TarConstants.LF_GNUTYPE_SPARSE) {
      // May be followed by blocks that its size does not count.
      lost = true;
      current = Map.of();
    } else if (type == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER
        || type == TarConstants.LF_GNUTYPE_LONGNAME
        || type == TarConstants.LF_GNUTYPE_LONGLINK
        || type == TarConstants.LF_PAX_EXTENDED_HEADER_LC) {
      toSkip = size + padding(size);
    } else {
      long content = pendingSize >= 0 ? pendingSize : size;
      toSkip = content + padding(content);
      current = pending;
      pending = Map.of();
      pendingSize = -1;
    }
  }

  /** {@code LENGTH KEY=VALUE\n}, as POSIX defines; the length counts itself. */
  private void readRecords(byte[] records) {
    Map<String, Bytes> xattrs = new HashMap<>();
    int at = 0;
    while (at < records.length && records[at] != 0) {
      int space = indexOf(records, ' ', at);
      int end = at + Integer.parseInt(text(records, at, space));
      int equals = indexOf(records, '=', space);
      String key = text(records, space + 1, equals);
      byte[] value = Arrays.copyOfRange(records, equals + 1, end - 1);
      if (key.startsWith(XATTR)) {
        xattrs.put(key.substring(XATTR.length()), Bytes.of(value));
      } else if (key.equals("size")) {
        pendingSize = Long.parseLong(text(value, 0, value.length));
      }
      at = end;
    }
    pending = xattrs;
  }

  private static int indexOf(byte[] bytes, char wanted, int from) {
    int at = from;
    while (bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static long padding(long size) {
    return (BLOCK - size % BLOCK) % BLOCK;
  }
}
