package io.jenkins.plugins.dockerfilebuild.image;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an image runs on: operating system, architecture and its variant, in the spelling of the OCI
 * image index. Aliases are resolved as containerd resolves them ({@code x86_64} is {@code amd64},
 * {@code arm64/v8} is {@code arm64}, {@code arm} is {@code arm/v7}).
 *
 * @param variant {@code ""} where the architecture has none or its usual one
 */
public record Platform(String os, String architecture, String variant) {

  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "x86_64", "amd64",
          "x86-64", "amd64",
          "aarch64", "arm64",
          "i386", "386",
          "armhf", "arm",
          "armel", "arm");

  private static final Set<String> KNOWN =
      Set.of("386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x");

  public Platform {
    os = os.toLowerCase(Locale.ROOT).replace("macos", "darwin");
    variant = usualVariant(architecture.toLowerCase(Locale.ROOT), variant.toLowerCase(Locale.ROOT));
    architecture = architecture.toLowerCase(Locale.ROOT);
    architecture = ARCHITECTURES.getOrDefault(architecture, architecture);
  }

  /**
   * Parses {@code os/architecture[/variant]}, or a known architecture alone, which means Linux.
   *
   * @throws IllegalArgumentException it is neither
   */
  public static Platform parse(String text) {
    String[] parts = text.strip().split("/", -1);
    boolean blank = false;
    for (String part : parts) {
      blank |= !part.matches("[A-Za-z0-9_.-]+");
    }
    if (!blank && parts.length == 1) {
      Platform platform = new Platform("linux", parts[0], "");
      if (KNOWN.contains(platform.architecture())) {
        return platform;
      }
    } else if (!blank && parts.length <= 3) {
      return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is no platform; write it as linux/amd64 or linux/arm/v7");
  }

  /**
   * The platforms whose programs a machine of this platform runs without emulation, this one among
   * them; as containerd matches them ({@code platforms.Default}).
   */
  public List<Platform> alsoRuns() {
    return switch (architecture) {
      case "amd64" -> List.of(this, new Platform(os, "386", ""));
      case "arm64" ->
          List.of(
              this,
              new Platform(os, "arm", "v8"),
              new Platform(os, "arm", "v7"),
              new Platform(os, "arm", "v6"),
              new Platform(os, "arm", "v5"));
      case "arm" ->
          Stream.of("v8", "v7", "v6", "v5")
              .filter(other -> other.compareTo(variant) <= 0)
              .map(other -> new Platform(os, "arm", other))
              .toList();
      default -> List.of(this);
    };
  }

  private static String usualVariant(String architecture, String variant) {
    return switch (architecture) {
      case "amd64", "x86_64", "x86-64" -> variant.equals("v1") ? "" : variant;
      case "arm64", "aarch64" -> variant.equals("v8") || variant.equals("8") ? "" : variant;
      case "armel" -> "v6";
      case "armhf" -> "v7";
      case "arm" -> variant.isEmpty() ? "v7" : variant.startsWith("v") ? variant : "v" + variant;
      default -> variant;
    };
  }

  /** {@code os/architecture[/variant]}. */
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
