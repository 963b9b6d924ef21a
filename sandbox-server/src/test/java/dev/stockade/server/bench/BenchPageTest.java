package dev.stockade.server.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class BenchPageTest {
  private static final Pattern SVG = Pattern.compile("<svg .*?</svg>", Pattern.DOTALL);
  private final String page = BenchPage.of(Reports.full());

  @Test
  void nothingIsFetched() {
    for (String part : List.of("http:", "https:", "url(", "src=", "href=", "<script", "@import")) {
      assertFalse(page.contains(part), part);
    }
  }

  @Test
  void textOfOthersIsNothingButText() {
    assertTrue(page.contains("not &lt;installed&gt;"));
    assertTrue(page.contains("no &lt;cgroup&gt;"));
    assertTrue(page.contains("clone3 &lt;payload&gt;"));
    assertFalse(page.contains("<installed>") || page.contains("<cgroup>"));
  }

  @Test
  void thereIsAPlotOfLatencyOfThroughputAndOfSteps() throws Exception {
    Matcher plots = SVG.matcher(page);
    int lines = 0;
    int bars = 0;
    int all = 0;
    while (plots.find()) {
      Document svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(plots.group())));
      lines += svg.getElementsByTagName("polyline").getLength();
      bars += svg.getElementsByTagName("rect").getLength();
      all++;
    }
    assertEquals(3, all);
    assertEquals(4 + 2, lines, "latency of four, throughput of two");
    assertEquals(1, bars);
    assertEquals(
        2, SVG.matcher(BenchPage.of(Reports.with(0, 1L, List.of(), List.of()))).results().count());
  }

  @Test
  void everyColourIsInTheLightAndInTheDarkStyle() {
    for (int i = 0; i < 10; i++) {
      assertEquals(2, Pattern.compile("--s" + i + ": #").matcher(page).results().count());
      assertTrue(page.contains("polyline.s" + i + " { stroke: var(--s" + i + ")"));
    }
    assertTrue(page.contains("prefers-color-scheme: dark"));
  }
}
