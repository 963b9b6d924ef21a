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
      return thread.submit(() -> executor.spawn(control, arena)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while a zygote was spawned", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SandboxException fault) {
        throw fault;
      }
      throw new SandboxException("a zygote could not be spawned", e.getCause());
    }
  }
}
