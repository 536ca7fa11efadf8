package io.jenkins.plugins.dockerfilebuild.content;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * What a PAX header says of the file after it, byte for byte: commons-compress 1.28 can only write
 * text. It has to hold whatever needs one, for a reader heeds one alone. Not thread-safe.
 */
public final class PaxRecords {

  private final ByteArrayOutputStream records = new ByteArrayOutputStream();

  /** {@code LENGTH KEY=VALUE\n}; the length counts its own digits. */
  public void add(String key, byte[] value) {
    byte[] name = (" " + key + "=").getBytes(StandardCharsets.UTF_8);
    int rest = name.length + value.length + 1;
    int length = rest + String.valueOf(rest).length();
    length = rest + String.valueOf(length).length();
    records.writeBytes(String.valueOf(length).getBytes(StandardCharsets.US_ASCII));
    records.writeBytes(name);
    records.writeBytes(value);
    records.write('\n');
  }

  /** Writes the header; the file's own entry has to be next. */
  public void writeTo(TarArchiveOutputStream tar, FileTime modified) throws IOException {
    TarArchiveEntry header =
        new TarArchiveEntry("PaxHeaders/file", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
    header.setLastModifiedTime(modified);
    header.setSize(records.size());
    tar.putArchiveEntry(header);
    records.writeTo(tar);
    tar.closeArchiveEntry();
  }
}
