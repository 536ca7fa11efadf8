package io.jenkins.plugins.dockerfilebuild.vault;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Named objects that appear whole or not at all. Names are relative, parts separated by {@code /}.
 * Thread-safe. An {@link IOException} says that the store cannot be reached or refuses.
 */
interface VaultObjects extends AutoCloseable {

  /**
   * A part of an object, empty beyond its end.
   *
   * @param most bytes
   * @return empty if there is no such object
   */
  Optional<byte[]> get(String name, long offset, int most) throws IOException;

  /** Makes an object or replaces it. */
  void put(String name, byte[] content) throws IOException;

  /** All objects whose names begin so, in the order of their names. */
  List<Stored> list(String prefix) throws IOException;

  /** The first parts of all names. */
  List<String> folders() throws IOException;

  /** Removes objects; those that are gone count as removed. */
  void delete(Collection<String> names) throws IOException;

  /**
   * An object.
   *
   * @param modifiedMillis since the epoch, by the store's clock
   */
  record Stored(String name, long bytes, long modifiedMillis) {}

  @Override
  void close();
}
