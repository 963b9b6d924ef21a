package dev.stockade.core.yaml;

import dev.stockade.core.yaml.YamlNode.Entries;
import dev.stockade.core.yaml.YamlNode.Entry;
import dev.stockade.core.yaml.YamlNode.Items;
import dev.stockade.core.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads text as one YAML document without anchors, aliases, merge keys or tags but {@code
 * !replace}, where the dialect has it.
 *
 * <p>Our files need none of them, and each is a way to write a file that says something else than
 * it seems to.
 */
public final class YamlReader {
  private static final int DEEPEST = 10;
  private static final String REPLACE = "!replace";

  /** The largest file, in bytes. */
  public static final int MOST_BYTES = 1 << 20;

  /**
   * What a kind of file calls itself, and what it knows.
   *
   * @param one {@code a policy}
   * @param many {@code policies}
   * @param replaces whether {@code !replace} has a meaning
   */
  public record Dialect(String one, String many, boolean replaces) {}

  private final Dialect dialect;
  private final String file;
  private final int generation;
  private final ParserImpl events;
  private Place latest;

  private YamlReader(Dialect dialect, String file, int generation, String text) {
    this.dialect = dialect;
    this.file = file;
    this.generation = generation;
    this.latest = new Place(file, 1, 1, generation);
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_BYTES);
    this.events = new ParserImpl(new StreamReader(text), options);
  }

  /** The document in a text that {@link YamlText} has decoded. */
  public static YamlNode read(Dialect dialect, String file, int generation, String text) {
    YamlReader reader = new YamlReader(dialect, file, generation, text);
    try {
      return reader.document();
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      String context = e.getContext() == null ? "" : e.getContext() + ", ";
      throw reader.place(mark).error("not YAML: " + context + e.getProblem());
    } catch (YAMLException e) { // a few come without a mark
      throw reader.latest.error("not YAML: " + e.getMessage());
    }
  }

  private YamlNode document() {
    events.getEvent(); // stream start
    if (events.checkEvent(Event.ID.StreamEnd)) {
      throw latest.error("the file is empty");
    }
    events.getEvent(); // document start
    YamlNode root = node(0);
    events.getEvent(); // document end
    Event next = events.getEvent();
    if (next.getEventId() != Event.ID.StreamEnd) {
      throw place(next.getStartMark())
          .error(dialect.one() + " is one document, here a second one starts");
    }
    return root;
  }

  private YamlNode node(int depth) {
    Event event = events.getEvent();
    Place place = place(event.getStartMark());
    latest = place;
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      throw place.error("anchors and aliases (& and *) are not used in " + dialect.many());
    }
    if (depth > DEEPEST) {
      throw place.error(
          "nested too deeply; " + dialect.one() + " has at most " + DEEPEST + " levels");
    }
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar, place);
    }
    if (event instanceof SequenceStartEvent sequence) {
      return items(place, replaces(sequence.getTag(), place), depth);
    }
    return entries(place, replaces(((MappingStartEvent) event).getTag(), place), depth);
  }

  private Scalar scalar(ScalarEvent scalar, Place place) {
    String text = scalar.getValue();
    if (scalar.getTag() != null && !scalar.getTag().equals("!")) {
      throw unknownTag(scalar.getTag(), place);
    }
    if (scalar.isPlain() && (text.isEmpty() || text.equals("~") || text.equals("null"))) {
      throw place.error("a value is missing; an empty text is written \"\"");
    }
    if (!wellFormed(text)) {
      throw place.error("half of a surrogate pair is no character");
    }
    return new Scalar(place, text);
  }

  private Items items(Place place, boolean replaces, int depth) {
    List<YamlNode> items = new ArrayList<>();
    while (!events.checkEvent(Event.ID.SequenceEnd)) {
      items.add(node(depth + 1));
    }
    events.getEvent();
    return new Items(place, replaces, List.copyOf(items));
  }

  private Entries entries(Place place, boolean replaces, int depth) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (!events.checkEvent(Event.ID.MappingEnd)) {
      YamlNode key = node(depth + 1);
      if (!(key instanceof Scalar name)) {
        throw key.place().error("a key must be a single value, not " + key.kind());
      }
      Entry earlier = entries.get(name.text());
      if (earlier != null) {
        throw key.place()
            .error(
                "key "
                    + Quote.of(name.text())
                    + " stands here twice, first in line "
                    + earlier.place().line());
      }
      entries.put(name.text(), new Entry(key.place(), name.text(), node(depth + 1)));
    }
    events.getEvent();
    return new Entries(place, replaces, List.copyOf(entries.values()));
  }

  private boolean replaces(@Nullable String tag, Place place) {
    if (tag == null || tag.equals("!")) {
      return false;
    }
    if (!tag.equals(REPLACE) || !dialect.replaces()) {
      throw unknownTag(tag, place);
    }
    return true;
  }

  private YamlException unknownTag(String tag, Place place) {
    String usage =
        tag.equals(REPLACE) && dialect.replaces()
            ? " stands before a list or mapping"
            : " is not used in " + dialect.many();
    return place.error("tag " + Quote.of(tag) + usage);
  }

  private static boolean wellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private Place place(Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1, generation);
  }
}
