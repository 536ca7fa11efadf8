package io.jenkins.plugins.dockerfilebuild.cli;

import java.lang.reflect.Proxy;

/**
 * Operating system signals. Java has no supported interface to them; {@code sun.misc.Signal} of the
 * module {@code jdk.unsupported} is what every JDK offers, and is reached by reflection because the
 * compiler warns of it with no way to say that it is meant.
 */
final class Signals {

  private Signals() {}

  /**
   * Calls {@code action} (on a thread of its own) whenever the signal arrives.
   *
   * @param name without SIG
   * @return false where this Java or system does not let us; nothing has changed then
   */
  static boolean handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }
}
