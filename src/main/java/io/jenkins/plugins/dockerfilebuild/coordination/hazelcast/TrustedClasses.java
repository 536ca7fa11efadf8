package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.JavaSerializationFilterConfig;

/**
 * What may come out of Java's serialization, by which Hazelcast sends exceptions: those, its own
 * classes, and what they consist of. Nothing of ours is serialized that way. In a class path as
 * large as Jenkins' are classes that run what a stranger likes when they are deserialized; none of
 * them passes, nor do the libraries that Hazelcast has in its jar.
 *
 * <p>All of Hazelcast's exceptions must pass: a member that could not read one answer to a
 * migration took no writes to that partition any more.
 */
final class TrustedClasses {

  private TrustedClasses() {}

  static JavaSerializationFilterConfig filter() {
    return new JavaSerializationFilterConfig()
        .setDefaultsDisabled(true)
        .setWhitelist(allowed())
        .setBlacklist(refused());
  }

  private static ClassFilter allowed() {
    return new ClassFilter()
        .addPackages("java.lang", "java.io", "java.net", "java.util.concurrent")
        .addClasses("[Ljava.lang.StackTraceElement;")
        .addPrefixes("com.hazelcast.", "java.util.Collections$", "java.util.ArrayList");
  }

  /** Ways to name methods and classes, and other libraries: exceptions need neither. */
  private static ClassFilter refused() {
    return new ClassFilter()
        .addPrefixes("java.lang.invoke.", "java.lang.reflect.", "java.lang.Process")
        .addPrefixes("com.hazelcast.shaded.", "com.hazelcast.jet.", "com.hazelcast.sql.");
  }
}
