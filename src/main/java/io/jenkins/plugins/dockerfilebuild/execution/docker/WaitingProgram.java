package io.jenkins.plugins.dockerfilebuild.execution.docker;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The smallest program that does nothing but wait: a static ELF executable (System V ABI, edition
 * 4.1, chapters 4 and 5) whose code is one system call in a loop. It keeps a container alive where
 * no image with a shell is at hand, and needs no other file.
 */
final class WaitingProgram {

  /** {@code mov eax,34 (pause); syscall; jmp} back. */
  private static final String AMD64 = "b822000000 0f05 ebf7";

  /** {@code ppoll(0,0,0,0)}: x0 to x4 = 0; x8 = 73; svc 0; branch back. arm64 has no pause. */
  private static final String ARM64 =
      "000080d2 010080d2 020080d2 030080d2 040080d2 280980d2 010000d4 f9ffff17";

  private static final Map<String, WaitingProgram> BY_ARCHITECTURE =
      Map.of(
          "amd64", new WaitingProgram(62, AMD64),
          "arm64", new WaitingProgram(183, ARM64));

  private static final int FILE_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final long ADDRESS = 0x400000;

  private final int machine;
  private final byte[] code;

  /**
   * @param machine number of the architecture in ELF files
   */
  private WaitingProgram(int machine, String code) {
    this.machine = machine;
    this.code = HexFormat.of().parseHex(code.replace(" ", ""));
  }

  /** The program for an architecture as image configurations name it, if there is one. */
  static Optional<WaitingProgram> forArchitecture(String architecture) {
    return Optional.ofNullable(BY_ARCHITECTURE.get(architecture));
  }

  /** The executable file. */
  byte[] file() {
    int start = FILE_HEADER + PROGRAM_HEADER;
    int size = start + code.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    // Identification: 64 bits, little endian, version 1, System V; padded to 16 bytes.
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    // An executable, version 1: entry point, program header behind this one, no sections.
    file.putShort((short) 2).putShort((short) machine).putInt(1);
    file.putLong(ADDRESS + start).putLong(FILE_HEADER).putLong(0).putInt(0);
    file.putShort((short) FILE_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
    file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    // Load the whole file, readable and executable.
    file.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS);
    file.putLong(size).putLong(size).putLong(0x1000);
    return file.put(code).array();
  }
}
