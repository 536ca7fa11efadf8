package io.jenkins.plugins.dockerfilebuild.jenkins;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeParameterTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * What other classes can link against in a Java source, one line for each type, supertype and
 * member, erased to what stands in a class file: types by their simple names without arguments,
 * type variables by their bounds. Such as
 *
 * <pre>
 * hudson.model.Run = public abstract class
 * hudson.model.Run &lt; Actionable
 * hudson.model.Run.getAction(Class) = public Action
 * </pre>
 *
 * <p>Members that Jenkins forbids to plugins ({@code @Restricted}) are left out, as are bodies,
 * comments and all that is private.
 */
final class ApiSurface {

  private final SortedSet<String> lines = new TreeSet<>();

  private ApiSurface() {}

  /** The surface of one source file. */
  static SortedSet<String> of(String source) throws IOException {
    var file =
        new SimpleJavaFileObject(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(new StringWriter(), null, problem -> {}, List.of(), null, List.of(file));
    ApiSurface surface = new ApiSurface();
    for (CompilationUnitTree unit : task.parse()) {
      String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
      for (Tree type : unit.getTypeDecls()) {
        if (type instanceof ClassTree declaration) {
          surface.type(declaration, prefix, Map.of(), false);
        }
      }
    }
    return surface.lines;
  }

  private void type(
      ClassTree type, String prefix, Map<String, String> outerVariables, boolean inInterface) {
    if (isHidden(type.getModifiers(), inInterface)) {
      return;
    }
    String name = prefix + type.getSimpleName();
    Map<String, String> variables = new HashMap<>(outerVariables);
    bind(type.getTypeParameters(), variables);
    lines.add(name + " = " + words(type.getModifiers(), inInterface, false) + kind(type));
    if (type.getExtendsClause() != null) {
      lines.add(name + " < " + erased(type.getExtendsClause(), variables));
    }
    type.getImplementsClause()
        .forEach(parent -> lines.add(name + " < " + erased(parent, variables)));
    boolean isInterface =
        type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
    for (Tree member : type.getMembers()) {
      if (member instanceof ClassTree nested) {
        type(nested, name + ".", variables, isInterface);
      } else if (member instanceof MethodTree method) {
        method(method, name, variables, isInterface);
      } else if (member instanceof VariableTree field) {
        field(field, name, variables, isInterface);
      }
    }
  }

  private void method(
      MethodTree method, String owner, Map<String, String> outer, boolean inInterface) {
    if (isHidden(method.getModifiers(), inInterface)) {
      return;
    }
    Map<String, String> variables = new HashMap<>(outer);
    bind(method.getTypeParameters(), variables);
    String parameters =
        method.getParameters().stream()
            .map(parameter -> erased(parameter.getType(), variables))
            .collect(Collectors.joining(","));
    boolean bodiless =
        inInterface
            && !method.getModifiers().getFlags().contains(Modifier.DEFAULT)
            && !method.getModifiers().getFlags().contains(Modifier.STATIC);
    String result =
        method.getReturnType() == null ? "new" : erased(method.getReturnType(), variables);
    String thrown =
        method.getThrows().stream()
            .map(type -> erased(type, variables))
            .sorted()
            .collect(Collectors.joining(","));
    lines.add(
        owner
            + (method.getReturnType() == null ? "" : "." + method.getName())
            + "("
            + parameters
            + ") = "
            + words(method.getModifiers(), inInterface, bodiless)
            + result
            + (thrown.isEmpty() ? "" : " throws " + thrown)
            + (method.getDefaultValue() == null ? "" : " default"));
  }

  private void field(
      VariableTree field, String owner, Map<String, String> variables, boolean inInterface) {
    if (!isHidden(field.getModifiers(), inInterface)) {
      lines.add(
          owner
              + "."
              + field.getName()
              + " = "
              + words(field.getModifiers(), inInterface, false)
              + erased(field.getType(), variables));
    }
  }

  private static boolean isHidden(ModifiersTree modifiers, boolean inInterface) {
    boolean visible =
        inInterface
            || modifiers.getFlags().contains(Modifier.PUBLIC)
            || modifiers.getFlags().contains(Modifier.PROTECTED);
    return !visible
        || modifiers.getAnnotations().stream()
            .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Restricted"));
  }

  /** What a caller or an heir has to know; whether a method is final or synchronized is not. */
  private static String words(ModifiersTree modifiers, boolean inInterface, boolean bodiless) {
    List<String> words = new ArrayList<>();
    words.add(
        inInterface
            ? "public"
            : modifiers.getFlags().contains(Modifier.PUBLIC) ? "public" : "protected");
    if (modifiers.getFlags().contains(Modifier.STATIC)) {
      words.add("static");
    }
    if (bodiless || modifiers.getFlags().contains(Modifier.ABSTRACT)) {
      words.add("abstract");
    }
    return String.join(" ", words) + " ";
  }

  private static String kind(ClassTree type) {
    return switch (type.getKind()) {
      case INTERFACE -> "interface";
      case ENUM -> "enum";
      case ANNOTATION_TYPE -> "annotation";
      default -> "class";
    };
  }

  private static void bind(
      List<? extends TypeParameterTree> parameters, Map<String, String> variables) {
    for (TypeParameterTree parameter : parameters) {
      variables.put(parameter.getName().toString(), "Object");
    }
    for (TypeParameterTree parameter : parameters) {
      if (!parameter.getBounds().isEmpty()) {
        variables.put(
            parameter.getName().toString(), erased(parameter.getBounds().get(0), variables));
      }
    }
  }

  private static String erased(Tree type, Map<String, String> variables) {
    String text = type.toString().replaceAll("@[\\w.]+(\\([^)]*\\))?\\s*", "").strip();
    String dimensions = text.replaceAll("[^\\[]", "").replace("[", "[]");
    String raw = text.replaceAll("<.*>", "").replace("[]", "").replace("...", "[]").strip();
    String simple = raw.replaceAll("^(?:[\\w]+\\.)+", "");
    return variables.getOrDefault(simple, simple) + (raw.endsWith("[]") ? "" : dimensions);
  }
}
