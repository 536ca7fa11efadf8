package io.jenkins.plugins.dockerfilebuild.cachedirectory;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What makes two cache mounts find the same directory, on any agent. By BuildKit's rules ({@code
 * getRefCacheDir} in {@code solver/llbsolver/mounts}, {@code convert_runmount.go}): namespace and
 * id; the content that it is seeded with, so that another seed begins another directory; and owner
 * and mode. Unlike there the platform counts, since a directory follows the build to agents of
 * other platforms (moby/buildkit#2598 asks for it).
 *
 * <p>The sharing mode and {@code readonly} are not part of it.
 *
 * @param platform of the image that the command runs in, such as {@code linux/amd64}
 * @param seed identity of the seed's content, {@code ""} for a directory that begins empty
 * @param mode of the directory when it is made, as are {@code uid} and {@code gid}
 */
public record CacheKey(
    String namespace, String id, String platform, String seed, int mode, int uid, int gid)
    implements Comparable<CacheKey> {

  /** Permission bits of a directory for which none are asked. */
  public static final int DEFAULT_MODE = 0755;

  /** None may be missing, as in what an earlier version wrote down. */
  public CacheKey {
    Objects.requireNonNull(namespace);
    Objects.requireNonNull(id);
    Objects.requireNonNull(platform);
    Objects.requireNonNull(seed);
  }

  /** Between a namespace and a fork of it; the names of Jenkins' items cannot hold it. */
  public static final char FORK = '#';

  /** The namespace that a namespace is a fork of, or itself. */
  public static String family(String namespace) {
    int fork = namespace.indexOf(FORK);
    return fork < 0 ? namespace : namespace.substring(0, fork);
  }

  /** A name for the directory, on disk as in the index: 64 hex digits. */
  public String hex() {
    List<String> parts =
        List.of("cache-directory/2", namespace, id, platform, seed, mode + " " + uid + " " + gid);
    List<String> framed = new ArrayList<>();
    parts.forEach(part -> framed.add(part.length() + ":" + part));
    return Digest.of(String.join("", framed)).hex();
  }

  /** The order in which a step takes several: the same everywhere, so no circle can form. */
  @Override
  public int compareTo(CacheKey other) {
    return hex().compareTo(other.hex());
  }
}
