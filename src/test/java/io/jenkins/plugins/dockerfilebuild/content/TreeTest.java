package io.jenkins.plugins.dockerfilebuild.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTest {

  private static final Digest HELLO = Digest.of("hello");

  private static Tree sample() {
    return Tree.of(
        List.of(
            TreeEntry.directory("", 0755),
            TreeEntry.directory("src", 0750),
            TreeEntry.file("src/a.sh", 04755, 5, HELLO),
            TreeEntry.symlink("link", "src/\u00e9")));
  }

  @Test
  void theEncodingIsPinned() {
    String expected =
        HexFormat.of().formatHex("dfb-tree1\n".getBytes(StandardCharsets.US_ASCII))
            + "64"
            + "01ed"
            + "0000"
            + "6c"
            + "01ff"
            + "0004"
            + "6c696e6b"
            + "0006"
            + "7372632fc3a9"
            + "64"
            + "01e8"
            + "0003"
            + "737263"
            + "66"
            + "09ed"
            + "0008"
            + "7372632f612e7368"
            + "0000000000000005"
            + HELLO.hex();

    assertThat(HexFormat.of().formatHex(sample().encoded())).isEqualTo(expected);
    assertThat(sample().digest())
        .isEqualTo(Digest.of(HexFormat.of().parseHex(expected)))
        .hasToString("sha256:d2e2aac464d0f328e2efee8962a767f180dd12ed82f29267624eaf3cc5a0c39a");
  }

  @Test
  void whatIsEncodedIsDecoded() {
    Tree decoded = Tree.decode(sample().encoded());

    assertThat(decoded).isEqualTo(sample());
    assertThat(decoded.digest()).isEqualTo(sample().digest());
  }

  @Test
  void entriesAreInByteOrderOfTheirPathsNotInTheOrderOfJavaStrings() {
    Tree tree =
        Tree.of(
            List.of(
                TreeEntry.directory("", 0755),
                TreeEntry.symlink("\ud83d\ude00", "x"),
                TreeEntry.symlink("\uff21", "x"),
                TreeEntry.directory("a", 0755),
                TreeEntry.symlink("a/b", "x"),
                TreeEntry.symlink("a-b", "x")));

    assertThat(tree.entries())
        .extracting(TreeEntry::path)
        .containsExactly("", "a", "a-b", "a/b", "\uff21", "\ud83d\ude00")
        .isSortedAccordingTo(
            (left, right) ->
                Arrays.compareUnsigned(
                    left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "..", "../x", "a/../b", "a/./b", ".", "a//b", "a/", "a\0b"})
  void aPathThatClimbsOrIsNotNormalisedIsRefused(String path) {
    assertThatThrownBy(() -> TreeEntry.directory(path, 0755))
        .isInstanceOf(MalformedTreeException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"...", "..a", ".a", "a..", "a/..b", "\u00fc"})
  void dotsWithinANameAreNothingSpecial(String path) {
    assertThat(TreeEntry.directory(path, 0755).path()).isEqualTo(path);
  }

  @Test
  void aNameOrPathLongerThanLinuxAllowsIsRefused() {
    assertThatThrownBy(() -> TreeEntry.directory("x".repeat(256), 0))
        .isInstanceOf(MalformedTreeException.class);
    assertThatThrownBy(() -> TreeEntry.directory("x/".repeat(2047) + "yyy", 0))
        .isInstanceOf(MalformedTreeException.class);
  }

  @Test
  void aTreeWithoutRootIsRefused() {
    assertThatThrownBy(() -> Tree.of(List.of())).isInstanceOf(MalformedTreeException.class);
    assertThatThrownBy(() -> Tree.of(List.of(TreeEntry.directory("a", 0755))))
        .isInstanceOf(MalformedTreeException.class);
  }

  @Test
  void aDuplicateIsRefused() {
    assertThatThrownBy(
            () ->
                Tree.of(
                    List.of(
                        TreeEntry.directory("", 0755),
                        TreeEntry.symlink("a", "x"),
                        TreeEntry.directory("a", 0755))))
        .isInstanceOf(MalformedTreeException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void whatIsBelowALinkOrAFileIsRefused() {
    for (TreeEntry parent :
        List.of(TreeEntry.symlink("a", "/etc"), TreeEntry.file("a", 0644, 5, HELLO))) {
      assertThatThrownBy(
              () ->
                  Tree.of(
                      List.of(
                          TreeEntry.directory("", 0755), parent, TreeEntry.directory("a/b", 0755))))
          .isInstanceOf(MalformedTreeException.class)
          .hasMessageContaining("not below a directory");
    }
  }

  @Test
  void entriesOutOfOrderAreRefusedWhenDecoded() {
    byte[] unsorted =
        TreeEncoding.encode(
            List.of(
                TreeEntry.directory("", 0755),
                TreeEntry.directory("b", 0755),
                TreeEntry.directory("a", 0755)));

    assertThatThrownBy(() -> Tree.decode(unsorted))
        .isInstanceOf(MalformedTreeException.class)
        .hasMessageContaining("out of order");
  }

  @Test
  void aNameThatIsNoTextIsRefusedOnBothSides() {
    Tree loneSurrogate =
        Tree.of(List.of(TreeEntry.directory("", 0755), TreeEntry.directory("\ud800", 0755)));
    byte[] invalid = "dfb-tree1\nd\1\1\0\0d\1\1\0\1\u00ff".getBytes(ISO_8859_1);

    assertThatThrownBy(loneSurrogate::encoded).isInstanceOf(MalformedTreeException.class);
    assertThatThrownBy(() -> Tree.decode(invalid))
        .isInstanceOf(MalformedTreeException.class)
        .hasMessageContaining("UTF-8");
  }

  @Property(tries = 500)
  void damagedBytesAreATreeOrRefusedButNeverAnotherError(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = sample().encoded();
    int length = 1 + random.nextInt(bytes.length);
    byte[] damaged = Arrays.copyOf(bytes, length);
    for (int i = random.nextInt(4); i > 0; i--) {
      damaged[random.nextInt(length)] = (byte) random.nextInt();
    }

    try {
      Tree tree = Tree.decode(damaged);
      assertThat(tree.encoded()).isEqualTo(damaged);
    } catch (MalformedTreeException expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
  }

  @Test
  void timesTravelBesideTheTreeAndDoNotCount() {
    ModificationTimes times = ModificationTimes.of(LongStream.of(1, -2, 3, Long.MAX_VALUE));
    Tree timed = sample().withTimes(times);

    assertThat(timed.digest()).isEqualTo(sample().digest());
    assertThat(timed).isEqualTo(sample());
    assertThat(ModificationTimes.decode(times.encoded())).isEqualTo(times);
    assertThat(timed.times()).contains(times);
  }

  @Test
  void timesOfAnotherTreeAreRefused() {
    ModificationTimes three = ModificationTimes.of(LongStream.of(1, 2, 3));

    assertThatThrownBy(() -> sample().withTimes(three)).isInstanceOf(MalformedTreeException.class);
    assertThatThrownBy(() -> ModificationTimes.decode(new byte[] {1, 2, 3}))
        .isInstanceOf(MalformedTreeException.class);
  }
}
