package io.jenkins.plugins.dockerfilebuild.jenkins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The views of the plugin fit their classes and a strict content security policy. */
class ViewsTest {

  private static final Path RESOURCES = Path.of("src/main/resources");
  private static final String PACKAGE = "io/jenkins/plugins/dockerfilebuild/jenkins";
  private static final Path SOURCES = Path.of("src/main/java").resolve(PACKAGE);

  private static final Pattern SETTER =
      Pattern.compile("@DataBoundSetter\\s+public void set(\\w+)\\(");
  private static final Pattern CONSTRUCTOR =
      Pattern.compile("@DataBoundConstructor\\s+public \\w+\\(([^)]*)\\)");

  /** A message with arguments, such as {@code ${%limit(it.limit)}}. */
  private static final Pattern MESSAGE = Pattern.compile("\\$\\{%([^}(]*)\\(");

  private static final Pattern APOSTROPHE = Pattern.compile("\\$\\{%[^}]*'[^}]*}");

  private static final Pattern KEYWORD =
      Pattern.compile("\\$\\{[^%}][^}]*\\.(?:size|empty|and|or|not|eq|ne|lt|gt|le|ge)\\b(?!\\()");

  /** Every property that a form sets stands in it, and nothing else does. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DockerfileBuildStep",
        "DockerfileBuilder",
        "RegistryEndpoint",
        "administration/DockerfileBuildGlobalConfiguration",
        "cluster/ClusterConfiguration",
        "cluster/VaultConfiguration"
      })
  void formHasTheFieldsOfItsClass(String type) throws Exception {
    Set<String> fields =
        elements(parse(folder(type).resolve("config.jelly")))
            .map(element -> element.getAttribute("field"))
            .filter(field -> !field.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(settable(type), fields);
  }

  /** The builder's one property is the step's form, which has help of its own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DockerfileBuildStep",
        "RegistryEndpoint",
        "administration/DockerfileBuildGlobalConfiguration",
        "cluster/ClusterConfiguration",
        "cluster/VaultConfiguration"
      })
  void eachFieldHasHelp(String type) throws IOException {
    Set<String> helped = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder(type))) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("help-"))
          .map(name -> name.substring("help-".length(), name.length() - ".html".length()))
          .forEach(helped::add);
    }
    assertEquals(settable(type), helped);
  }

  @ParameterizedTest
  @MethodSource("views")
  void viewIsWellFormedAndHoldsNoScript(Path view) throws Exception {
    List<String> offenders =
        elements(parse(view)).flatMap(ViewsTest::offences).collect(Collectors.toList());
    assertEquals(List.of(), offenders);
  }

  @ParameterizedTest
  @MethodSource("views")
  void jellyEscapesByDefault(Path view) throws IOException {
    boolean jelly = view.toString().endsWith(".jelly");
    assertTrue(!jelly || Files.readString(view).startsWith("<?jelly escape-by-default='true'?>"));
  }

  /** Jelly takes what stands in parentheses for arguments, and shows nothing of it. */
  @ParameterizedTest
  @MethodSource("views")
  void messageWithArgumentsHasAText(Path view) throws IOException {
    Path file = Path.of(view.toString().replace(".jelly", ".properties"));
    Properties texts = new Properties();
    if (Files.exists(file)) {
      texts.load(new StringReader(Files.readString(file)));
    }
    List<String> untold =
        MESSAGE
            .matcher(Files.readString(view))
            .results()
            .map(message -> message.group(1))
            .filter(key -> !texts.containsKey(key))
            .toList();
    assertEquals(List.of(), untold);
  }

  /** An apostrophe quotes in the format of messages, and is not shown. */
  @ParameterizedTest
  @MethodSource("views")
  void messagesHaveNoApostrophe(Path view) throws IOException {
    String text = Files.readString(view);
    assertEquals(List.of(), APOSTROPHE.matcher(text).results().map(MatchResult::group).toList());
    Path file = Path.of(view.toString().replace(".jelly", ".properties"));
    assertFalse(
        view.toString().endsWith(".jelly")
            && Files.exists(file)
            && Files.readString(file).contains("'"),
        file.toString());
  }

  /** What is a word of Jelly's expressions is no name of a property there: the view fails. */
  @ParameterizedTest
  @MethodSource("views")
  void expressionsNameNoKeyword(Path view) throws IOException {
    List<String> keywords =
        KEYWORD.matcher(Files.readString(view)).results().map(MatchResult::group).toList();
    assertEquals(List.of(), keywords);
  }

  @Test
  void scriptsPutInTextOnly() throws IOException {
    for (Path script : files(".js")) {
      String text = Files.readString(script);
      for (String markup : List.of("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(")) {
        assertFalse(text.contains(markup), script + " uses " + markup);
      }
    }
  }

  static List<Path> views() throws IOException {
    return Stream.concat(files(".jelly").stream(), files(".html").stream()).toList();
  }

  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(RESOURCES.resolve("io/jenkins"))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
      assertFalse(found.isEmpty(), "there are no files " + ending);
      return found;
    }
  }

  private static Stream<String> offences(Element element) {
    String name = element.getTagName().toLowerCase(Locale.ROOT);
    Stream<String> elements =
        Set.of("script", "style", "j:out").contains(name)
            ? Stream.of("<" + name + ">")
            : Stream.of();
    var attributes = element.getAttributes();
    Stream<String> handlers =
        Stream.iterate(0, i -> i < attributes.getLength(), i -> i + 1)
            .map(i -> attributes.item(i))
            .filter(
                attribute ->
                    attribute.getNodeName().toLowerCase(Locale.ROOT).startsWith("on")
                        || attribute.getNodeValue().startsWith("javascript:"))
            .map(attribute -> name + " " + attribute);
    return Stream.concat(elements, handlers);
  }

  /**
   * What forms bind: properties with a setter, or with a parameter of the constructor. Read from
   * the source, as Jenkins' classes are not on the class path of unit tests.
   */
  private static Set<String> settable(String type) throws IOException {
    String source = Files.readString(SOURCES.resolve(type + ".java"));
    Set<String> properties = new TreeSet<>();
    SETTER
        .matcher(source)
        .results()
        .map(setter -> setter.group(1))
        .forEach(
            name ->
                properties.add(name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1)));
    CONSTRUCTOR
        .matcher(source)
        .results()
        .flatMap(constructor -> Stream.of(constructor.group(1).split(",")))
        .map(parameter -> parameter.strip().replaceFirst(".* ", ""))
        .filter(name -> !name.isEmpty())
        .forEach(properties::add);
    return properties;
  }

  private static Path folder(String type) {
    return RESOURCES.resolve(PACKAGE).resolve(type);
  }

  private static Document parse(Path file)
      throws ParserConfigurationException, SAXException, IOException {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }

  private static Stream<Element> elements(Document document) {
    NodeList nodes = document.getElementsByTagName("*");
    return Stream.iterate(0, i -> i < nodes.getLength(), i -> i + 1)
        .map(i -> (Element) nodes.item(i));
  }
}
