package io.jenkins.plugins.dockerfilebuild.vault;

import java.util.regex.Pattern;

/**
 * Names of the objects of a vault; {@code KEY} and the last parts are 64 hex digits.
 *
 * <pre>
 * KEY/versions/NUMBER-TIME   a version ({@link VaultRecord}), written last
 * KEY/manifests/MANIFEST     its manifest, as a patch from nothing, packed with zstd
 * KEY/indexes/SHA256         which chunks are in which pack ({@link PackIndex})
 * KEY/packs/SHA256           chunks, as they travel ({@code ChunkBatch})
 * </pre>
 */
final class VaultNames {

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private VaultNames() {}

  static boolean isDigest(String name) {
    return DIGEST.matcher(name).matches();
  }

  static String versions(String key) {
    return key + "/versions/";
  }

  static String manifests(String key) {
    return key + "/manifests/";
  }

  static String indexes(String key) {
    return key + "/indexes/";
  }

  static String packs(String key) {
    return key + "/packs/";
  }
}
