package dev.stockade.core.run;

import dev.stockade.core.executor.Executor;
import dev.stockade.core.fault.SandboxException;
import dev.stockade.core.linux.Fd;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The one thread that spawns zygotes. It lives as long as the server, because the kernel sends
 * PR_SET_PDEATHSIG when the thread that made a process ends, and inits are made children of that
 * thread by CLONE_PARENT.
 */
final class ZygoteSpawner {
  private final Executor executor = Executor.create();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "stockade-spawner");
            made.setDaemon(true);
            return made;
          });

  int spawn(Fd control, Fd arena) {
    try {
      // Not to be interrupted: the process would be nobody's.
      return Futures.await(thread.submit(() -> executor.spawn(control, arena)));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SandboxException fault) {
        throw fault;
      }
      throw new SandboxException("a zygote could not be spawned", e.getCause());
    }
  }
}
