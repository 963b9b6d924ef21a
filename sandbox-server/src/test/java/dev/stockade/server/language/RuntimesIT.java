package dev.stockade.server.language;

import static dev.stockade.server.language.Workshop.draft;
import static dev.stockade.server.language.Workshop.shown;
import static dev.stockade.server.language.Workshop.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.RunResult;
import dev.stockade.core.Verdict;
import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.LimitOverrides;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What language runtimes do besides computing: threads, processes, shared memory, deep stacks; and
 * whether they see what the run was given instead of what the host has.
 */
final class RuntimesIT {
  private static Workshop workshop;

  @BeforeAll
  static void open() {
    workshop = new Workshop();
  }

  @AfterAll
  static void close() {
    workshop.close();
  }

  private static LimitOverrides memory(int mebibytes) {
    return new LimitOverrides(null, null, ByteSize.ofMebibytes(mebibytes), null, null, null);
  }

  private static LimitOverrides cpus(double cpus) {
    return new LimitOverrides(null, null, null, null, null, cpus);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 1", "1, 1", "1.5, 2", "2, 2"})
  void runtimesSeeTheProcessorsOfTheRun(double cpus, int processors) {
    String java =
        """
        class Main {
          public static void main(String[] args) {
            System.out.println(Runtime.getRuntime().availableProcessors());
          }
        }
        """;
    String go =
        """
        package main

        import "runtime"
        import "fmt"

        func main() { fmt.Println(runtime.GOMAXPROCS(0)) }
        """;
    assertEquals(processors + "\n", workshop.output(draft("java", java).limits(cpus(cpus)).job()));
    assertEquals(processors + "\n", workshop.output(draft("go", go).limits(cpus(cpus)).job()));
  }

  @ParameterizedTest
  @CsvSource({"64, 16", "128, 64", "256, 192", "1024, 768"})
  void theJavaHeapFollowsTheMemoryLimit(int limitMebibytes, int heapMebibytes) {
    // maxMemory() leaves out one of the two survivor spaces, a thirtieth of the heap.
    String source =
        """
        class Main {
          public static void main(String[] args) {
            long heap = Long.parseLong(args[0]) << 20;
            long seen = Runtime.getRuntime().maxMemory();
            System.out.println(seen <= heap && seen >= heap / 10 * 9);
          }
        }
        """;
    assertEquals(
        "true\n",
        workshop.output(
            draft("java", source)
                .args(Integer.toString(heapMebibytes))
                .limits(memory(limitMebibytes))
                .job()));
  }

  @ParameterizedTest
  @CsvSource({"128, 64", "256, 192", "1024, 768"})
  void theHeapOfNodeFollowsTheMemoryLimit(int limitMebibytes, int heapMebibytes) {
    // heap_size_limit counts three semi-spaces of young objects as well, 16 MiB at most each.
    String source =
        """
        const old = Number(process.argv[2]);
        const seen = require('v8').getHeapStatistics().heap_size_limit / 1048576;
        console.log(seen >= old && seen <= old + 48);
        """;
    assertEquals(
        "true\n",
        workshop.output(
            draft("javascript", source)
                .args(Integer.toString(heapMebibytes))
                .limits(memory(limitMebibytes))
                .job()));
  }

  @Test
  void theGoalOfGosCollectorFollowsTheMemoryLimit() {
    String source =
        """
        package main

        import (
          "fmt"
          "runtime/debug"
        )

        func main() { fmt.Println(debug.SetMemoryLimit(-1)) }
        """;
    assertEquals(
        (100L << 20) / 10 * 9 + "\n",
        workshop.output(draft("go", source).limits(memory(100)).job()));
  }

  @ParameterizedTest
  @CsvSource({
    "java, 'class Main { static Object o; public static void main(String[] a) {"
        + " for (int i = 0; i < 200000; i++) o = new byte[5000]; System.out.println(\"done\"); } }'",
    "javascript, 'let o; for (let i = 0; i < 200000; i++) o = new Array(600).fill(i);"
        + " console.log(\"done\")'",
    "go, 'package main; import \"fmt\"; var o []byte; func main() {"
        + " for i := 0; i < 200000; i++ { o = make([]byte, 5000) }; fmt.Println(\"done\") }'"
  })
  void garbageNeverMeetsTheMemoryLimit(String language, String source) {
    // Ten times as much is allocated as the limit allows.
    assertEquals("done\n", workshop.output(draft(language, source).limits(memory(96)).job()));
  }

  @Test
  void aFullJavaHeapIsTheProgramsOwnError() {
    String source =
        """
        import java.util.ArrayList;
        import java.util.List;

        class Main {
          public static void main(String[] args) {
            List<long[]> hoard = new ArrayList<>();
            for (;;) hoard.add(new long[100_000]);
          }
        }
        """;
    RunResult result = workshop.result(draft("java", source).limits(memory(256)).job());
    assertEquals(Verdict.NONZERO_EXIT, result.verdict(), () -> shown(result));
    assertEquals(1, result.exitCode());
    assertTrue(text(result.stderr()).contains("OutOfMemoryError: Java heap space"));
  }

  @Test
  void aFullHeapOfNodeIsTheProgramsOwnAbort() {
    String source = "const hoard = []; for (;;) hoard.push({x: [hoard.length]});";
    RunResult result = workshop.result(draft("javascript", source).limits(memory(128)).job());
    assertEquals(Verdict.SIGNALED, result.verdict(), () -> shown(result));
    assertEquals(6, result.signal());
    assertTrue(text(result.stderr()).contains("JavaScript heap out of memory"));
  }

  @Test
  void cppHasThreadsNamedSemaphoresAndADeepStack() {
    String source =
        """
        #include <atomic>
        #include <chrono>
        #include <fcntl.h>
        #include <future>
        #include <iostream>
        #include <semaphore.h>
        #include <sys/mman.h>
        #include <thread>
        #include <vector>
        static int depth(int n) { volatile char pad[200]; pad[0] = 0; return n ? 1 + depth(n - 1) : pad[0]; }
        int main() {
          std::atomic<int> count{0};
          std::vector<std::thread> threads;
          for (int i = 0; i < 40; i++) threads.emplace_back([&] {
            count++;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
          });
          for (auto &thread : threads) thread.join();
          std::cout << count << ' ' << std::async(std::launch::async, [] { return 5; }).get() << ' ';
          sem_t *semaphore = sem_open("/s", O_CREAT, 0600, 1);
          std::cout << sem_wait(semaphore) << (shm_open("/m", O_CREAT | O_RDWR, 0600) >= 0) << ' ';
          std::cout << depth(200000) << '\\n';
        }
        """;
    assertEquals("40 5 01 200000\n", workshop.output(draft("cpp", source).job()));
  }

  @Test
  void rustHasThreadsAndChildren() {
    String source =
        """
        use std::process::Command;
        use std::sync::{mpsc, Arc, Mutex};
        use std::thread;
        fn main() {
            let count = Arc::new(Mutex::new(0));
            let mut threads = vec![];
            for _ in 0..40 {
                let count = count.clone();
                threads.push(thread::spawn(move || *count.lock().unwrap() += 1));
            }
            for thread in threads { thread.join().unwrap(); }
            let (sender, receiver) = mpsc::channel();
            thread::spawn(move || sender.send(5).unwrap());
            println!("{} {}", count.lock().unwrap(), receiver.recv().unwrap());
            assert!(Command::new("echo").arg("child").status().unwrap().success());
        }
        """;
    assertEquals("40 5\nchild\n", workshop.output(draft("rust", source).job()));
  }

  @Test
  void goHasTenThousandGoroutinesAndChildren() {
    String source =
        """
        package main

        import (
          "fmt"
          "os/exec"
          "sync"
          "time"
        )

        func main() {
          var wait sync.WaitGroup
          var mutex sync.Mutex
          count := 0
          for i := 0; i < 10000; i++ {
            wait.Add(1)
            go func() {
              defer wait.Done()
              time.Sleep(10 * time.Millisecond)
              mutex.Lock()
              defer mutex.Unlock()
              count++
            }()
          }
          wait.Wait()
          out, err := exec.Command("echo", "child").Output()
          fmt.Println(count, string(out), err)
        }
        """;
    assertEquals("10000 child\n <nil>\n", workshop.output(draft("go", source).job()));
  }

  @Test
  void javaHasThreadsChildrenLocksAndADeepStack() {
    String source =
        """
        import java.nio.channels.FileChannel;
        import java.nio.file.Path;
        import java.nio.file.StandardOpenOption;
        import java.util.concurrent.CompletableFuture;
        import java.util.concurrent.atomic.AtomicInteger;
        import java.util.stream.IntStream;

        public class Busy {
          static int depth(int n) { return n == 0 ? 0 : 1 + depth(n - 1); }

          public static void main(String[] args) throws Exception {
            AtomicInteger count = new AtomicInteger();
            Thread[] threads = new Thread[100];
            for (int i = 0; i < threads.length; i++) {
              threads[i] = new Thread(count::incrementAndGet);
              threads[i].start();
            }
            for (Thread thread : threads) thread.join();
            System.out.println(count + " " + IntStream.range(0, 1000).parallel().sum());
            System.out.println(CompletableFuture.supplyAsync(() -> 5).get());
            System.out.println(new ProcessBuilder("echo", "child").inheritIO().start().waitFor());
            try (FileChannel file = FileChannel.open(
                Path.of("x"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
              System.out.println(file.tryLock().isValid());
            }
            System.out.println(depth(200_000));
          }
        }
        """;
    assertEquals(
        "100 499500\n5\nchild\n0\ntrue\n200000\n", workshop.output(draft("java", source).job()));
  }

  @Test
  void nodeHasWorkersChildrenAndADeepStack() {
    String source =
        """
        const { Worker } = require('worker_threads');
        const { execSync } = require('child_process');
        const depth = n => n === 0 ? 0 : 1 + depth(n - 1);
        console.log(depth(100000), execSync('echo child').toString().trim());
        try { (function endless() { endless(); })(); } catch (e) { console.log(e.name); }
        const code = `
          const endless = () => endless() + 1;
          try { endless(); } catch (e) { require('worker_threads').parentPort.postMessage(e.name); }`;
        const heard = [];
        for (let i = 0; i < 4; i++) {
          new Worker(code, { eval: true })
            .on('message', name => heard.push(name))
            .on('exit', () => { if (heard.length === 4) console.log(...heard.splice(0)); });
        }
        require('crypto').pbkdf2('a', 'b', 1000, 4, 'sha256', (e, key) => console.error(key));
        """;
    String errors = "RangeError RangeError RangeError RangeError\n";
    assertEquals(
        "100000 child\nRangeError\n" + errors, workshop.output(draft("javascript", source).job()));
  }

  @Test
  void pythonHasProcessesLocksSharedMemoryAndADeepStack() {
    String source =
        """
        import asyncio, multiprocessing as mp, socket, sqlite3, subprocess, sys, tempfile, threading
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing.shared_memory import SharedMemory

        def square(x): return x * x
        def depth(n): return 0 if n == 0 else 1 + depth(n - 1)

        async def child():
            process = await asyncio.create_subprocess_exec('echo', 'async', stdout=subprocess.PIPE)
            return (await process.communicate())[0]

        if __name__ == '__main__':
            with mp.Pool(2) as pool: print(pool.map(square, range(4)))
            with ProcessPoolExecutor(2) as pool: print(list(pool.map(square, range(3))))
            for method in 'fork', 'spawn', 'forkserver':
                context = mp.get_context(method)
                queue = context.SimpleQueue()
                process = context.Process(target=queue.put, args=(method,))
                process.start(); print(queue.get()); process.join()
            memory = SharedMemory(create=True, size=100)
            memory.buf[0] = 5; print(memory.buf[0]); memory.close(); memory.unlink()
            print(subprocess.check_output('echo $((1+2))', shell=True), asyncio.run(child()))
            database = sqlite3.connect('x.db')
            database.execute('create table t (a)'); database.execute('insert into t values (1)')
            database.commit(); print(database.execute('select * from t').fetchall())
            a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))
            sys.setrecursionlimit(10**6); threading.stack_size(64 << 20)
            thread = threading.Thread(target=lambda: print(depth(50000)))
            thread.start(); thread.join(); print(depth(50000))
        """;
    assertEquals(
        """
        [0, 1, 4, 9]
        [0, 1, 4]
        fork
        spawn
        forkserver
        5
        b'3\\n' b'async\\n'
        [(1,)]
        b'x'
        50000
        50000
        """,
        workshop.output(draft("python", source).job()));
  }

  @Test
  void bashHasJobsPipesAndSubstitutions() {
    String source =
        """
        cat <(echo substituted) | tr a-z A-Z
        exec 3<<< here; read -r x <&3; echo "$x"
        for i in 1 2 3; do (sleep 0.0$i; echo $i) & done; wait
        mkfifo pipe; echo pipe > pipe & cat pipe
        coproc cat; echo co >&"${COPROC[1]}"; read -r y <&"${COPROC[0]}"; echo "$y"
        timeout 60 sleep 0.01; echo $?
        """;
    String output = workshop.output(draft("bash", source).job());
    assertTrue(output.startsWith("SUBSTITUTED\nhere\n"), output);
    assertTrue(output.endsWith("pipe\nco\n0\n"), output);
  }

  @Test
  void severalSourceFilesMakeOneProgram() {
    assertEquals(
        "7\n",
        workshop.output(
            draft(
                    "c",
                    "#include <stdio.h>\n#include \"it.h\"\nint main(void) { printf(\"%d\\n\", it()); }")
                .with("it.h", "int it(void);\n")
                .with("lib/it.c", "int it(void) { return 7; }\n")
                .job()));
    assertEquals(
        "7\n",
        workshop.output(
            draft(
                    "java",
                    "public class Main { public static void main(String[] a) { System.out.println(It.it()); } }")
                .with("It.java", "class It { static int it() { return 7; } }")
                .job()));
    assertEquals(
        "7\n",
        workshop.output(
            draft("go", "package main\n\nfunc main() { println7() }\n")
                .with(
                    "it.go",
                    "package main\n\nimport \"fmt\"\n\nfunc println7() { fmt.Println(7) }\n")
                .job()));
    assertEquals(
        "7\n",
        workshop.output(
            draft("rust", "mod it;\nfn main() { println!(\"{}\", it::it()); }\n")
                .with("it.rs", "pub fn it() -> i32 { 7 }\n")
                .job()));
    assertEquals(
        "7\n",
        workshop.output(
            draft("python", "import it\nprint(it.it)").with("it.py", "it = 7\n").job()));
    assertEquals(
        "7\n",
        workshop.output(
            draft("javascript", "import { it } from './it.mjs';\nconsole.log(it);")
                .named("main.mjs")
                .with("it.mjs", "export const it = 7;\n")
                .job()));
  }
}
