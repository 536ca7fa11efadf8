package jenkins.scm.api;

import java.io.Serializable;

public abstract class SCMRevision implements Serializable {
  @Override
  public abstract boolean equals(Object o);

  @Override
  public abstract int hashCode();
}
