/** What the editor begins with, by language. */
export const SAMPLES = {
  bash: 'read -r name\necho "Hello, $name"\n',
  c: '#include <stdio.h>\n\nint main(void) {\n  char name[100];\n  if (scanf("%99s", name) == 1) printf("Hello, %s\\n", name);\n}\n',
  cpp: '#include <iostream>\n#include <string>\n\nint main() {\n  std::string name;\n  std::getline(std::cin, name);\n  std::cout << "Hello, " << name << "\\n";\n}\n',
  go: 'package main\n\nimport "fmt"\n\nfunc main() {\n\tvar name string\n\tfmt.Scan(&name)\n\tfmt.Println("Hello,", name)\n}\n',
  java: 'import java.util.Scanner;\n\npublic class Main {\n  public static void main(String[] args) {\n    System.out.println("Hello, " + new Scanner(System.in).nextLine());\n  }\n}\n',
  javascript: 'const name = require("fs").readFileSync(0, "utf8").trim();\nconsole.log(`Hello, ${name}`);\n',
  python: 'name = input()\nprint(f"Hello, {name}")\n',
  rust: 'use std::io;\n\nfn main() {\n    let mut name = String::new();\n    io::stdin().read_line(&mut name).unwrap();\n    println!("Hello, {}", name.trim());\n}\n',
};

export const SAMPLE_STDIN = "world\n";
