package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.JavaSerializationFilterConfig;

/**
 * What may come out of Java's serialization, by which Hazelcast sends exceptions: those, and what
 * they consist of. Nothing of ours is serialized that way. In a class path as large as Jenkins' are
 * classes that run what a stranger likes when they are deserialized; none of them passes.
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
        .addPackages("com.hazelcast.core", "com.hazelcast.spi.exception")
        .addPackages("com.hazelcast.nio.serialization", "com.hazelcast.client")
        .addClasses("[Ljava.lang.StackTraceElement;")
        .addPrefixes("java.util.Collections$", "java.util.ArrayList");
  }

  /** Ways to name methods and classes, which exceptions do not need. */
  private static ClassFilter refused() {
    return new ClassFilter()
        .addPrefixes("java.lang.invoke.", "java.lang.reflect.", "java.lang.Process");
  }
}
