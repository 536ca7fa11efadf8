package io.jenkins.plugins.dockerfilebuild.jenkins;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lines of {@link ApiSurface} for a class of the class path, read from its class file. */
final class RealSurface {

  private final Class<?> type;
  private final String name;
  private final SortedSet<String> lines = new TreeSet<>();

  private RealSurface(Class<?> type) {
    this.type = type;
    this.name = type.getCanonicalName();
  }

  /**
   * @param name as in an import
   */
  static SortedSet<String> of(String name) {
    RealSurface surface = new RealSurface(find(name));
    surface.type();
    Stream.of(surface.type.getDeclaredConstructors()).forEach(surface::constructor);
    Stream.of(surface.type.getDeclaredMethods()).forEach(surface::method);
    Stream.of(surface.type.getDeclaredFields()).forEach(surface::field);
    return surface.lines;
  }

  private static Class<?> find(String name) {
    try {
      return Class.forName(name, false, RealSurface.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      int dot = name.lastIndexOf('.');
      if (dot < 0 || !Character.isUpperCase(name.charAt(name.lastIndexOf('.', dot - 1) + 1))) {
        throw new AssertionError("no such class: " + name, e);
      }
      return find(name.substring(0, dot) + '$' + name.substring(dot + 1));
    }
  }

  private void type() {
    int modifiers = type.getModifiers();
    boolean plain = !type.isInterface() && !type.isEnum();
    String words =
        access(modifiers)
            + (plain && isSaidStatic(modifiers, type.getDeclaringClass()) ? " static" : "")
            + (plain && Modifier.isAbstract(modifiers) ? " abstract" : "");
    lines.add(name + " = " + words + " " + kind());
    if (plain && !type.getSuperclass().equals(Object.class)) {
      lines.add(name + " < " + type.getSuperclass().getSimpleName());
    }
    Stream.of(type.getInterfaces()).forEach(parent -> lines.add(name + " < " + simple(parent)));
  }

  private String kind() {
    if (type.isAnnotation()) {
      return "annotation";
    }
    return type.isInterface() ? "interface" : type.isEnum() ? "enum" : "class";
  }

  private void constructor(Constructor<?> constructor) {
    if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic()) {
      lines.add(
          name
              + "("
              + parameters(constructor.getParameterTypes())
              + ") = "
              + access(constructor.getModifiers())
              + " new"
              + thrown(constructor.getExceptionTypes()));
    }
  }

  private void method(Method method) {
    int modifiers = method.getModifiers();
    if (isVisible(modifiers) && !method.isSynthetic()) {
      lines.add(
          name
              + "."
              + method.getName()
              + "("
              + parameters(method.getParameterTypes())
              + ") = "
              + access(modifiers)
              + (Modifier.isStatic(modifiers) ? " static" : "")
              + (Modifier.isAbstract(modifiers) ? " abstract" : "")
              + " "
              + simple(method.getReturnType())
              + thrown(method.getExceptionTypes())
              + (method.getDefaultValue() == null ? "" : " default"));
    }
  }

  private void field(Field field) {
    int modifiers = field.getModifiers();
    if (isVisible(modifiers) && !field.isSynthetic()) {
      String said = isSaidStatic(modifiers, type) ? " static" : "";
      lines.add(
          name
              + "."
              + field.getName()
              + " = "
              + access(modifiers)
              + said
              + " "
              + simple(field.getType()));
    }
  }

  /** What stands in an interface is static without anybody's saying so, as are its like. */
  private static boolean isSaidStatic(int modifiers, Class<?> owner) {
    return Modifier.isStatic(modifiers) && !(owner != null && owner.isInterface());
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String access(int modifiers) {
    return Modifier.isPublic(modifiers) ? "public" : "protected";
  }

  private static String parameters(Class<?>... types) {
    return Arrays.stream(types).map(RealSurface::simple).collect(Collectors.joining(","));
  }

  private static String thrown(Class<?>... types) {
    String names =
        Arrays.stream(types).map(RealSurface::simple).sorted().collect(Collectors.joining(","));
    return names.isEmpty() ? "" : " throws " + names;
  }

  private static String simple(Class<?> type) {
    return type.getSimpleName();
  }
}
