package io.jenkins.plugins.dockerfilebuild.coordination.hazelcast;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.SerializationConfig;
import java.util.stream.Stream;

/**
 * What may be made of names of classes that come from the wire. Nothing of ours is sent with one,
 * but in a class path as large as Jenkins' are classes that do what a stranger likes when they are
 * made. Hazelcast makes objects of names in three ways:
 *
 * <ul>
 *   <li>Java's serialization, by which it sends exceptions: those pass, its own classes, and what
 *       they consist of, without the libraries that it has in its jar. All of its exceptions must
 *       pass: a member that could not read one answer to a migration took no writes to that
 *       partition any more.
 *   <li>Compact serialization without configuration, which fills the fields of any class: nothing
 *       passes, and such a value stays a record of fields.
 *   <li>{@code DataSerializable}, whose names no filter sees: they are looked up by the class
 *       loader that it is given, which gives none but its own and Java's.
 * </ul>
 */
final class TrustedClasses extends ClassLoader {

  private TrustedClasses(ClassLoader parent) {
    super("dockerfile-build.trusted", parent);
  }

  /** A view of a class loader through which nothing is seen but Hazelcast and Java. */
  static ClassLoader of(ClassLoader all) {
    return new TrustedClasses(all);
  }

  /**
   * Hazelcast itself looks whether JCache is there.
   *
   * @throws SecurityException the class is none of these: for one that is only not found Hazelcast
   *     asks the class loader of the thread that happens to read
   */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (Stream.of("com.hazelcast.", "java.", "javax.cache.").anyMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    throw new SecurityException(name + " is not allowed");
  }

  /** What applies to members and clients alike. */
  static void apply(SerializationConfig serialization) {
    serialization.setJavaSerializationFilterConfig(filter());
    serialization.getCompactSerializationConfig().setZeroConfigFilter(nothing());
  }

  private static JavaSerializationFilterConfig nothing() {
    return new JavaSerializationFilterConfig()
        .setDefaultsDisabled(true)
        .setBlacklist(new ClassFilter().addPrefixes(""));
  }

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
