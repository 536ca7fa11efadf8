package io.jenkins.plugins.dockerfilebuild.coordination;

/**
 * An agent, or a vault, that holds versions of cache directories. It is who it is by its id alone:
 * two controllers may call one machine by two names, and two machines by one.
 *
 * @param id that it keeps where it keeps its directories, unique wherever it is attached
 * @param name as users of whoever told it know it
 */
public record VersionHolder(String id, String name) {

  @Override
  public boolean equals(Object other) {
    return other instanceof VersionHolder holder && id.equals(holder.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
