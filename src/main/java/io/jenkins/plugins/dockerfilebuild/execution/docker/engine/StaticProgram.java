package io.jenkins.plugins.dockerfilebuild.execution.docker.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A program of a few dozen bytes: a static ELF executable (System V ABI, edition 4.1, chapters 4
 * and 5) that needs no other file, for containers where no image with a shell is at hand.
 *
 * <p>The code is written here in hexadecimal with its instructions beside it; the numbers of system
 * calls are those of Linux' {@code unistd.h} for the architecture.
 */
final class StaticProgram {

  /** Does nothing until it is killed, which keeps a container alive. */
  static final StaticProgram WAIT =
      new StaticProgram(
          Map.of(
              // mov eax,34 (pause); syscall; jmp back
              "amd64", "b822000000 0f05 ebf7",
              // ppoll(0,0,0,0): x0 to x4 = 0; x8 = 73; svc 0; branch back. arm64 has no pause.
              "arm64", "000080d2 010080d2 020080d2 030080d2 040080d2 280980d2 010000d4 f9ffff17"));

  /**
   * Removes files and empty directories: each argument is a letter, {@code d} for a directory, and
   * an absolute path. What cannot be removed stays; the status tells whether all went (0).
   */
  static final StaticProgram REMOVE =
      new StaticProgram(
          Map.of(
              "amd64",
              // lea rbx,[rsp+16]: the first argument's pointer, after argc and the name
              "488d5c2410"
                  // again: mov rsi,[rbx]; test rsi,rsi; jz done; add rbx,8
                  + "488b33 4885f6 7424 4883c308"
                  // xor edx,edx; cmp byte [rsi],'d'; jne +5; mov edx,AT_REMOVEDIR
                  + "31d2 803e64 7505 ba00020000"
                  // inc rsi; mov edi,AT_FDCWD; mov eax,263 (unlinkat); syscall
                  + "48ffc6 bf9cffffff b807010000 0f05"
                  // or r12d,eax (0 at first, as all registers); jmp again
                  + "4109c4 ebd4"
                  // done: mov edi,r12d; mov eax,60 (exit); syscall
                  + "4489e7 b83c000000 0f05",
              "arm64",
              // add x19,sp,16; again: ldr x1,[x19],8; cbz x1,done; ldrb w9,[x1],1
              "f3430091 618640f8 410100b4 29144038"
                  // mov w2,AT_REMOVEDIR; cmp w9,'d'; csel w2,w2,wzr,eq
                  + "02408052 3f910171 42009f1a"
                  // mov x0,AT_FDCWD; mov x8,35 (unlinkat); svc 0; orr x20,x20,x0; b again
                  + "600c8092 680480d2 010000d4 940200aa f6ffff17"
                  // done: mov x0,x20; mov x8,93 (exit); svc 0
                  + "e00314aa a80b80d2 010000d4"));

  /** Numbers of architectures in ELF files. */
  private static final Map<String, Integer> MACHINES = Map.of("amd64", 62, "arm64", 183);

  private static final int FILE_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final long ADDRESS = 0x400000;

  /** By architecture, as image configurations name it. */
  private final Map<String, String> code;

  private StaticProgram(Map<String, String> code) {
    this.code = code;
  }

  /** The executable file for an architecture as image configurations name it, if there is one. */
  Optional<byte[]> file(String architecture) {
    return Optional.ofNullable(code.get(architecture))
        .map(
            hex -> file(MACHINES.get(architecture), HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  private static byte[] file(int machine, byte[] code) {
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
