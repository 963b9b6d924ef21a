package dev.stockade.server.language;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Compiles Java sources and packs the classes into a program's jar. This one class is put into the
 * compile sandbox and runs there: it has no part outside of the JDK, and never loads a class that
 * it packs.
 *
 * <p>Arguments: the jar; simple names of classes that may be the one to start, the likeliest first,
 * with commas; then what javac gets. Exit status and messages are javac's own.
 */
final class JavaPacker {
  private static final Path CLASSES = Path.of("/tmp/classes");

  private static final int CONSTANT_UTF8 = 1;
  private static final int CONSTANT_LONG = 5;
  private static final int CONSTANT_DOUBLE = 6;
  private static final int CONSTANT_CLASS = 7;
  private static final int CONSTANT_STRING = 8;
  private static final int CONSTANT_METHOD_HANDLE = 15;
  private static final int CONSTANT_METHOD_TYPE = 16;
  private static final int CONSTANT_MODULE = 19;
  private static final int CONSTANT_PACKAGE = 20;
  private static final int ACC_PRIVATE = 0x0002;
  private static final int PUBLIC_STATIC = 0x0009;

  /** JEP 512: main may be an instance method, and without parameters. */
  private static final int LOOSER_MAIN_FEATURE = 25;

  private JavaPacker() {}

  public static void main(String[] args) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      System.err.println("this Java is a runtime without a compiler");
      System.exit(2);
    }
    Files.createDirectories(CLASSES);
    List<String> options = new ArrayList<>(List.of("-d", CLASSES.toString()));
    options.addAll(Arrays.asList(args).subList(2, args.length));
    int status = compiler.run(null, null, null, options.toArray(String[]::new));
    if (status == 0) {
      pack(Path.of(args[0]), Arrays.asList(args[1].split(",")));
    }
    System.exit(status);
  }

  private static void pack(Path jar, List<String> mainNames) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(CLASSES)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass(files, mainNames));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Path path : files) {
        out.putNextEntry(new ZipEntry(CLASSES.relativize(path).toString()));
        Files.copy(path, out);
        out.closeEntry();
      }
    }
  }

  /** The likeliest class with a main method; without one, Java shall say that of the likeliest. */
  private static String mainClass(List<Path> files, List<String> mainNames) throws IOException {
    List<String> classes = new ArrayList<>();
    for (Path file : files) {
      String name = file.toString().endsWith(".class") ? classWithMain(file) : null;
      if (name != null) {
        classes.add(name);
      }
    }
    for (String mainName : mainNames) {
      for (String name : classes) {
        if (name.substring(name.lastIndexOf('.') + 1).equals(mainName)) {
          return name;
        }
      }
    }
    return classes.isEmpty() ? mainNames.get(mainNames.size() > 1 ? 1 : 0) : classes.get(0);
  }

  /** Name of the class in a file if it has a main method; see JVMS 4.1. */
  private static @Nullable String classWithMain(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(stream))) {
      in.skipNBytes(8);
      Object[] constants = constants(in);
      in.skipNBytes(2);
      Object self = constants[(Integer) constants[in.readUnsignedShort()]];
      in.skipNBytes(2);
      in.skipNBytes(2L * in.readUnsignedShort());
      boolean hasMain = false;
      for (int member = 0; member < 2; member++) { // fields, then methods
        hasMain = false;
        for (int left = in.readUnsignedShort(); left > 0; left--) {
          int flags = in.readUnsignedShort();
          Object name = constants[in.readUnsignedShort()];
          Object type = constants[in.readUnsignedShort()];
          hasMain |= "main".equals(name) && isMain(flags, String.valueOf(type));
          for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
            in.skipNBytes(2);
            in.skipNBytes(Integer.toUnsignedLong(in.readInt()));
          }
        }
      }
      return hasMain ? String.valueOf(self).replace('/', '.') : null;
    }
  }

  private static boolean isMain(int flags, String type) {
    if (type.equals("([Ljava/lang/String;)V") && (flags & PUBLIC_STATIC) == PUBLIC_STATIC) {
      return true;
    }
    return Runtime.version().feature() >= LOOSER_MAIN_FEATURE
        && (flags & ACC_PRIVATE) == 0
        && (type.equals("([Ljava/lang/String;)V") || type.equals("()V"));
  }

  /** Texts as strings, classes as the index of their name, the rest left out; see JVMS 4.4. */
  private static Object[] constants(DataInputStream in) throws IOException {
    Object[] constants = new Object[in.readUnsignedShort()];
    for (int i = 1; i < constants.length; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case CONSTANT_UTF8 -> constants[i] = in.readUTF();
        case CONSTANT_CLASS -> constants[i] = in.readUnsignedShort();
        case CONSTANT_STRING, CONSTANT_METHOD_TYPE, CONSTANT_MODULE, CONSTANT_PACKAGE ->
            in.skipNBytes(2);
        case CONSTANT_METHOD_HANDLE -> in.skipNBytes(3);
        case CONSTANT_LONG, CONSTANT_DOUBLE -> {
          in.skipNBytes(8);
          i++;
        }
        default -> in.skipNBytes(4);
      }
    }
    return constants;
  }
}
