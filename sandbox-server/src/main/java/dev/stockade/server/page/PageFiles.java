package dev.stockade.server.page;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, read from the class path when they are first asked for and then kept.
 *
 * <p>Its own are in the resource folder {@code page}. Its libraries are web jars, each with an
 * import map of its own that names its module and the path of it, in which the version stands; all
 * of them together are the import map of the page, and nothing else of the jars can be fetched.
 */
final class PageFiles {
  private static final Pattern OWN = Pattern.compile("/page/[a-z-]+\\.(js|css|svg)");
  private static final String IMPORT_MAP = "META-INF/importmap.json";
  private static final String JAR_FOLDER = "META-INF/resources";
  private static final String PLACE = "<!-- import map -->";

  private final Map<String, PageFile> known = new ConcurrentHashMap<>();
  private volatile @Nullable Front front;

  /**
   * The page itself.
   *
   * @param scriptHash of its one inline script, the import map
   * @param modules paths of the libraries
   */
  record Front(PageFile page, String scriptHash, Set<String> modules) {}

  /** The page itself; reads it the first time. */
  Front front() {
    Front made = front;
    if (made == null) {
      made = makeFront();
      front = made;
    }
    return made;
  }

  /** The file of a path; reads it the first time. Empty when the page has no such file. */
  Optional<PageFile> find(String path) {
    PageFile file = known.get(path);
    if (file != null) {
      return Optional.of(file);
    }
    Optional<PageFile> read = read(path);
    read.ifPresent(found -> known.put(path, found));
    return read;
  }

  private Optional<PageFile> read(String path) {
    if (OWN.matcher(path).matches()) {
      return resource(path.substring(1)).map(content -> PageFile.of(path, content, false));
    }
    return front().modules().contains(path)
        ? resource(JAR_FOLDER + path).map(content -> PageFile.of(path, content, true))
        : Optional.empty();
  }

  private static Front makeFront() {
    Map<String, Object> imports = imports();
    String map = new JsonObject().put("imports", new JsonObject(imports)).encode();
    String page =
        new String(resource("page/index.html").orElseThrow(), StandardCharsets.UTF_8)
            .replace(PLACE, "<script type=\"importmap\">" + map + "</script>");
    Set<String> modules = new HashSet<>();
    imports.values().forEach(path -> modules.add((String) path));
    return new Front(
        PageFile.of("index.html", page.getBytes(StandardCharsets.UTF_8), false),
        "sha256-" + Sha256.base64(map.getBytes(StandardCharsets.UTF_8)),
        Set.copyOf(modules));
  }

  private static Map<String, Object> imports() {
    Map<String, Object> imports = new TreeMap<>();
    try {
      for (URL url : Collections.list(loader().getResources(IMPORT_MAP))) {
        try (InputStream in = url.openStream()) {
          new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .getJsonObject("imports").stream()
                  .filter(entry -> !entry.getKey().endsWith("/")) // a folder
                  .forEach(entry -> imports.put(entry.getKey(), entry.getValue()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an import map of the class path cannot be read", e);
    }
    return imports;
  }

  private static Optional<byte[]> resource(String name) {
    try (InputStream in = loader().getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " of the class path cannot be read", e);
    }
  }

  private static ClassLoader loader() {
    return PageFiles.class.getClassLoader();
  }
}
