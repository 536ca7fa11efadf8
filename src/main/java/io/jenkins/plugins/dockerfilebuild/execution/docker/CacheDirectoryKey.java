package io.jenkins.plugins.dockerfilebuild.execution.docker;

import io.jenkins.plugins.dockerfilebuild.content.Digest;
import io.jenkins.plugins.dockerfilebuild.execution.MountRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes two cache mounts find the same directory, by BuildKit's rules (getRefCacheDir in
 * {@code solver/llbsolver/mounts}, {@code convert_runmount.go}): namespace and id; the content that
 * it is seeded with, so that another seed begins another directory; and owner and mode, but not
 * where {@code source=} selects a part of the directory, for then they are ignored.
 *
 * <p>The sharing mode and {@code readonly} are not part of it.
 *
 * @param seed identity of the seed's content, {@code ""} for a directory that begins empty
 * @param mode of the directory when it is made, as are {@code uid} and {@code gid}
 */
record CacheDirectoryKey(String namespace, String id, String seed, int mode, int uid, int gid) {

  private static final int DEFAULT_MODE = 0755;

  static CacheDirectoryKey of(MountRequest.Cache request) {
    boolean whole = sourceOf(request).equals("/");
    return new CacheDirectoryKey(
        request.namespace(),
        request.id(),
        request.seedIdentity().orElse(""),
        whole ? request.mode() : DEFAULT_MODE,
        whole ? request.uid() : 0,
        whole ? request.gid() : 0);
  }

  /** The part of the directory that is mounted, absolute and clean; {@code /} is all of it. */
  static String sourceOf(MountRequest.Cache request) {
    return ContainerPath.clean(request.source());
  }

  /** A name for the directory on disk: 64 hex digits. */
  String hex() {
    List<String> parts =
        List.of("cache-directory/1", namespace, id, seed, mode + " " + uid + " " + gid);
    List<String> framed = new ArrayList<>();
    parts.forEach(part -> framed.add(part.length() + ":" + part));
    return Digest.of(String.join("", framed)).hex();
  }
}
