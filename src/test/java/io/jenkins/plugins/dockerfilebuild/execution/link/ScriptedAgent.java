package io.jenkins.plugins.dockerfilebuild.execution.link;

import io.jenkins.plugins.dockerfilebuild.execution.AgentServices;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/**
 * An agent that does what a test needs on demand: the public methods of a test's object stand for
 * those of {@link AgentServices} with the same name; the others do nothing.
 */
final class ScriptedAgent {

  private ScriptedAgent() {}

  static AgentServices of(Object script) {
    if (script instanceof AgentServices agent) {
      return agent;
    }
    return agent(
        (proxy, method, arguments) -> {
          for (Method scripted : script.getClass().getMethods()) {
            if (scripted.getName().equals(method.getName())) {
              scripted.setAccessible(true);
              return invoke(scripted, script, arguments);
            }
          }
          return nothing(method);
        });
  }

  /** An agent whose methods fail, by their names. */
  static AgentServices failing(Map<String, RuntimeException> failures) {
    return agent(
        (proxy, method, arguments) -> {
          if (failures.containsKey(method.getName())) {
            throw failures.get(method.getName());
          }
          return nothing(method);
        });
  }

  private static Object nothing(Method method) {
    if (method.getReturnType() == void.class) {
      return null;
    }
    throw new UnsupportedOperationException(method.getName());
  }

  private static AgentServices agent(InvocationHandler handler) {
    return (AgentServices)
        Proxy.newProxyInstance(
            ScriptedAgent.class.getClassLoader(), new Class<?>[] {AgentServices.class}, handler);
  }

  private static Object invoke(Method scripted, Object script, Object[] arguments)
      throws Throwable {
    try {
      return scripted.invoke(script, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
