package org.jenkinsci.plugins.structs.describable;

import java.io.Serializable;
import java.util.Map;

public class UninstantiatedDescribable implements Serializable {
  public native UninstantiatedDescribable withArguments(Map<String, ?> arguments);

  public native Map<String, ?> getArguments();
}
