package io.jenkins.plugins.dockerfilebuild.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.utils.ArchiveUtils;

/**
 * Reads the PAX records of each file out of a tar that passes through. Extended attributes and
 * names are bytes, {@code security.capability} of a set-uid helper has some above 0x7f, but
 * commons-compress 1.28 reads every PAX record as UTF-8 text and so loses them. Long names in GNU's
 * form are told as the records {@code path} and {@code linkpath} that say the same.
 *
 * <p>Follows the stream header by header. Nobody trusts the archive: what is not understood is an
 * error, and so is a header that whoever reads it would need much memory for. Used by one thread.
 */
public final class PaxTap extends FilterInputStream {

  private static final String XATTR = "SCHILY.xattr.";
  private static final int SPARSE_EXTENDED_OFFSET = 482;
  private static final int EXTENSION_EXTENDED_OFFSET = 504;
  private static final int BLOCK = 512;
  private static final int SIZE_OFFSET = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int TYPE_OFFSET = 156;

  /** A PAX header with all attributes that Linux allows a file is below this. */
  private static final int MAX_PAX_BYTES = 1 << 20;

  /**
   * What may stand between two files: names, PAX records, maps of sparse files. A reader keeps all
   * of it in memory, and Go's, which engines have, takes half as much.
   */
  private static final int MAX_HEADER_BYTES = 2 << 20;

  /** The header or PAX block that is being gathered. */
  private byte[] block = new byte[BLOCK];

  private int gathered;

  /** Bytes to pass before the next block: content that is not looked at, and padding. */
  private long toSkip;

  /** The kind of header whose content {@link #block} is, or 0. */
  private byte gathering;

  /** Whether {@link #block} is one more part of the map of a sparse file (GNU's old format). */
  private boolean sparseMap;

  /** Of a sparse file whose map is not over. */
  private long contentSize;

  /** Of the PAX header before the next file: its records, and its size or -1. */
  private Map<String, Bytes> pending = Map.of();

  private long pendingSize = -1;

  /** Records of the file whose header passed last. */
  private Map<String, Bytes> current = Map.of();

  /** Whether the end of the archive has passed: nobody reads what follows. */
  private boolean over;

  /** Bytes that may be read before the next file is told. */
  private long allowed = Long.MAX_VALUE;

  /** Taps a tar that is not compressed. */
  public PaxTap(InputStream tar) {
    super(tar);
  }

  /**
   * From now on headers are read: more than two megabytes of them are an error, for an archive of
   * some kilobytes may unpack to a name of gigabytes.
   */
  public void headersBegin() {
    allowed = MAX_HEADER_BYTES;
  }

  /** From now on the content of a file is read. */
  public void contentBegins() {
    allowed = Long.MAX_VALUE;
  }

  /** The PAX records, by key, of the file whose header passed last. */
  public Map<String, Bytes> current() {
    return current;
  }

  /**
   * The name of the file whose header passed last, as {@link FileNames#text(byte[])} has it.
   *
   * @param inHeader what a reader takes for it that has one byte in each character (ISO 8859-1)
   */
  public String name(String inHeader) {
    return text(List.of("GNU.sparse.name", "path"), inHeader);
  }

  /** What that file is a link to, likewise. */
  public String linkName(String inHeader) {
    return text(List.of("linkpath"), inHeader);
  }

  /** The record that is there, or else what the header has. */
  private String text(List<String> records, String inHeader) {
    byte[] bytes =
        records.stream()
            .map(current::get)
            .filter(Objects::nonNull)
            .findFirst()
            .map(Bytes::toArray)
            .orElseGet(() -> inHeader.getBytes(StandardCharsets.ISO_8859_1));
    return FileNames.text(bytes);
  }

  /** Extended attributes, by name, of the file whose header passed last. */
  public Map<String, Bytes> attributes() {
    Map<String, Bytes> attributes = new HashMap<>();
    current.forEach(
        (key, value) -> {
          if (key.startsWith(XATTR)) {
            attributes.put(key.substring(XATTR.length()), value);
          }
        });
    return attributes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    allowed -= Math.max(count, 0);
    if (allowed < 0) {
      throw new IOException(
          "the archive has headers of more than " + MAX_HEADER_BYTES + " bytes before a file");
    }
    if (count > 0) {
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

  private void watch(byte[] bytes, int offset, int count) throws IOException {
    int at = offset;
    int end = offset + count;
    while (at < end && !over) {
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

  private void complete() throws IOException {
    byte[] whole = block;
    block = new byte[BLOCK];
    gathered = 0;
    try {
      if (gathering != 0) {
        byte kind = gathering;
        gathering = 0;
        toSkip = padding(whole.length);
        readContent(kind, whole);
      } else if (sparseMap) {
        sparseMap(whole[EXTENSION_EXTENDED_OFFSET]);
      } else if (ArchiveUtils.isArrayZero(whole, BLOCK)) {
        over = true;
      } else {
        readHeader(whole);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("the archive is damaged: a header that means nothing", e);
    }
  }

  private void readHeader(byte[] header) throws IOException {
    long size = TarUtils.parseOctalOrBinary(header, SIZE_OFFSET, SIZE_LENGTH);
    byte type = header[TYPE_OFFSET];
    if (size > MAX_PAX_BYTES && isAboutAnother(type)) {
      throw new IOException("the archive has a header of " + size + " bytes");
    }
    if (isToldHere(type) && size > 0 && size <= MAX_PAX_BYTES) {
      block = new byte[(int) size];
      gathering = type;
    } else if (isAboutAnother(type)) {
      toSkip = size + padding(size);
    } else {
      contentSize = pendingSize >= 0 ? pendingSize : size;
      current = pending;
      pending = Map.of();
      pendingSize = -1;
      sparseMap(type == TarConstants.LF_GNUTYPE_SPARSE ? header[SPARSE_EXTENDED_OFFSET] : (byte) 0);
    }
  }

  /** Whether what follows the header is read here. */
  private static boolean isToldHere(byte type) {
    return type == TarConstants.LF_PAX_EXTENDED_HEADER_LC
        || type == TarConstants.LF_GNUTYPE_LONGNAME
        || type == TarConstants.LF_GNUTYPE_LONGLINK;
  }

  /** Whether what follows the header tells of files to come. */
  private static boolean isAboutAnother(byte type) {
    return type == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER
        || type == TarConstants.LF_GNUTYPE_LONGNAME
        || type == TarConstants.LF_GNUTYPE_LONGLINK
        || type == TarConstants.LF_PAX_EXTENDED_HEADER_LC
        || type == TarConstants.LF_PAX_EXTENDED_HEADER_UC;
  }

  /** The map of a sparse file may go on in blocks that its size does not count. */
  private void sparseMap(byte goesOn) {
    sparseMap = goesOn != 0;
    toSkip = sparseMap ? 0 : contentSize + padding(contentSize);
  }

  private void readContent(byte kind, byte[] content) {
    Map<String, Bytes> read = new HashMap<>(pending);
    if (kind == TarConstants.LF_PAX_EXTENDED_HEADER_LC) {
      readRecords(content, read);
    } else {
      String key = kind == TarConstants.LF_GNUTYPE_LONGNAME ? "path" : "linkpath";
      read.putIfAbsent(key, Bytes.of(Arrays.copyOf(content, nameLength(content))));
    }
    pending = read;
  }

  private static int nameLength(byte[] name) {
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return length;
  }

  /** {@code LENGTH KEY=VALUE\n}, as POSIX defines; the length counts itself. */
  private void readRecords(byte[] records, Map<String, Bytes> read) {
    int at = 0;
    while (at < records.length && records[at] != 0) {
      int space = indexOf(records, ' ', at);
      int end = at + Integer.parseInt(text(records, at, space));
      int equals = indexOf(records, '=', space);
      String key = text(records, space + 1, equals);
      byte[] value = Arrays.copyOfRange(records, equals + 1, end - 1);
      read.put(key, Bytes.of(value));
      if (key.equals("size")) {
        pendingSize = Long.parseLong(text(value, 0, value.length));
      }
      at = end;
    }
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
