package hudson.model;

import hudson.slaves.Cloud;
import java.util.Set;

public abstract class Label extends Actionable implements Comparable<Label> {
  public final native String getName();

  public native Set<Node> getNodes();

  public native Set<Cloud> getClouds();

  public native boolean isEmpty();

  public final native boolean contains(Node node);

  public native Label and(Label rhs);

  public native Label not();

  public final native boolean equals(Object that);

  public final native int hashCode();

  public final native int compareTo(Label that);

  public static native Label parseExpression(String labelExpression);
}
