package dev.stockade.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The wish of SIGTERM or SIGINT that the server ends.
 *
 * <p>A shutdown hook would come too late to drain: all hooks run at one time, and those of the
 * sandboxes and of the log would take away what the draining needs. So the signals are taken, and
 * the process ends by itself when it has drained. A second signal ends it at once; the kernel then
 * ends every run, see {@code PR_SET_PDEATHSIG}.
 *
 * <p>{@code sun.misc.Signal} is the only way to take a signal in Java. It is called by reflection
 * because javac warns of its name, whatever annotation says that it is meant.
 */
final class EndSignal {
  private static final List<String> SIGNALS = List.of("TERM", "INT");

  /** 128 and SIGTERM, what a shell shows of a process that the signal ended. */
  private static final int ENDED_BY_SIGNAL = 143;

  private final CountDownLatch came = new CountDownLatch(1);

  /** Takes the signals from now on. */
  EndSignal() {
    for (String name : SIGNALS) {
      take(name);
    }
  }

  /** Waits for the first signal. */
  void await() throws InterruptedException {
    came.await();
  }

  private void take(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> arrived(method));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("SIG" + name + " cannot be taken", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java has no sun.misc.Signal (jdk.unsupported)", e);
    }
  }

  private @Nullable Object arrived(Method method) {
    return switch (method.getName()) {
      case "handle" -> {
        if (came.getCount() == 0) {
          Runtime.getRuntime().halt(ENDED_BY_SIGNAL);
        }
        came.countDown();
        yield null;
      }
      case "hashCode" -> System.identityHashCode(this);
      case "equals" -> false;
      default -> toString();
    };
  }
}
