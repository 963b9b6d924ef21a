package dev.stockade.server.language;

import java.util.Map;

/** The same small programs in every language. */
final class Programs {
  private Programs() {}

  /** Writes {@code hello}. */
  static final Map<String, String> HELLO =
      Map.of(
          "c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); }",
          "cpp", "#include <iostream>\nint main() { std::cout << \"hello\\n\"; }",
          "python", "print('hello')",
          "java",
              """
              public class Hello {
                public static void main(String[] args) { System.out.println("hello"); }
              }
              """,
          "javascript", "console.log('hello')",
          "go", "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"hello\") }",
          "rust", "fn main() { println!(\"hello\"); }",
          "bash", "echo hello");

  /** Copies standard input, then writes its first argument and ends with status 7. */
  static final Map<String, String> ECHO =
      Map.of(
          "c",
              """
              #include <stdio.h>
              int main(int argc, char **argv) {
                int c;
                while ((c = getchar()) != EOF) putchar(c);
                fputs(argv[1], stdout);
                return 7;
              }
              """,
          "cpp",
              """
              #include <iostream>
              int main(int argc, char **argv) {
                std::cout << std::cin.rdbuf() << argv[1];
                return 7;
              }
              """,
          "python",
              """
              import sys
              sys.stdout.write(sys.stdin.read() + sys.argv[1])
              sys.exit(7)
              """,
          "java",
              """
              public class Echo {
                public static void main(String[] args) throws Exception {
                  System.in.transferTo(System.out);
                  System.out.print(args[0]);
                  System.out.flush();
                  System.exit(7);
                }
              }
              """,
          "javascript",
              """
              process.stdout.write(require('fs').readFileSync(0, 'utf8') + process.argv[2]);
              process.exitCode = 7;
              """,
          "go",
              """
              package main

              import (
                "fmt"
                "io"
                "os"
              )

              func main() {
                io.Copy(os.Stdout, os.Stdin)
                fmt.Print(os.Args[1])
                os.Exit(7)
              }
              """,
          "rust",
              """
              use std::io::{self, Write};
              fn main() {
                  io::copy(&mut io::stdin(), &mut io::stdout()).unwrap();
                  print!("{}", std::env::args().nth(1).unwrap());
                  io::stdout().flush().unwrap();
                  std::process::exit(7);
              }
              """,
          "bash", "cat; printf %s \"$1\"; exit 7");

  /** Fails the way that programs of the language usually do. */
  static final Map<String, String> CRASH =
      Map.of(
          "c",
              "int main(int argc, char **argv) { volatile int *p = 0; return *p + argv[argc + 9][0]; }",
          "cpp", "#include <vector>\nint main() { std::vector<int> v(3); return v.at(7); }",
          "python", "[1, 2, 3][7]",
          "java",
              """
              public class Crash {
                public static void main(String[] args) { int[] a = new int[3]; a[7]++; }
              }
              """,
          "javascript", "null.x",
          "go",
              """
              package main

              import "os"

              func main() { println([]int{1, 2, 3}[len(os.Args)+6]) }
              """,
          "rust", "fn main() { vec![1, 2, 3].remove(7); }",
          "bash", "set -eu; echo \"$nothing\"");

  /** Does not compile: what is wrong is in line 3. */
  static final Map<String, String> WRONG =
      Map.of(
          "c", "#include <stdio.h>\nint main(void) {\n  return nothing;\n}\n",
          "cpp", "#include <iostream>\nint main() {\n  return nothing;\n}\n",
          "java",
              """
              public class Main {
                public static void main(String[] args) {
                  nothing();
                }
              }
              """,
          "go", "package main\nfunc main() {\n  nothing()\n}\n",
          "rust", "\nfn main() {\n    nothing();\n}\n");

  /** Takes memory and uses it, without end. */
  static final Map<String, String> HOG =
      Map.of(
          "c",
              """
              #include <stdlib.h>
              #include <string.h>
              int main(void) { for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); } }
              """,
          "cpp",
              """
              #include <vector>
              int main() {
                std::vector<std::vector<char>> all;
                for (;;) all.emplace_back(1 << 20, 'x');
              }
              """,
          "python",
              """
              hoard = []
              while True:
                  hoard.append(bytearray(b'x') * (1 << 20))
              """,
          "java",
              """
              import java.nio.ByteBuffer;
              import java.util.ArrayList;
              import java.util.List;

              public class Hog {
                public static void main(String[] args) {
                  List<byte[]> heap = new ArrayList<>();
                  List<ByteBuffer> rest = new ArrayList<>();
                  for (;;) {
                    byte[] some = new byte[1 << 20];
                    heap.add(some);
                    rest.add(ByteBuffer.allocateDirect(1 << 20).put(some));
                  }
                }
              }
              """,
          "javascript", "const hoard = []; for (;;) hoard.push(Buffer.alloc(1 << 20, 1));",
          "go",
              """
              package main

              var hoard [][]byte

              func main() {
                for {
                  some := make([]byte, 1<<20)
                  for i := range some {
                    some[i] = 1
                  }
                  hoard = append(hoard, some)
                }
              }
              """,
          "rust",
              """
              fn main() {
                  let mut hoard = Vec::new();
                  loop {
                      hoard.push(vec![1u8; 1 << 20]);
                  }
              }
              """,
          "bash", "hoard=x; while :; do hoard=$hoard$hoard; done");

  /** Never ends. */
  static final Map<String, String> LOOP =
      Map.of(
          "c", "int main(void) { volatile int i = 0; for (;;) i++; }",
          "cpp", "int main() { volatile int i = 0; for (;;) i = i + 1; }",
          "python", "while True: pass",
          "java",
              """
              public class Loop {
                public static void main(String[] args) { for (;;) {} }
              }
              """,
          "javascript", "for (;;) {}",
          "go", "package main\nfunc main() { for { } }",
          "rust", "fn main() { loop { std::hint::spin_loop(); } }",
          "bash", "while :; do :; done");
}
