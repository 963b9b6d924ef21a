package dev.stockade.server.bench;

import java.util.List;

/** Pieces of a page. */
final class Html {
  private Html() {}

  /** Text that is nothing but text, also within an attribute. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A row of a table; the first cell is its heading. */
  static String row(List<String> cells) {
    StringBuilder row = new StringBuilder("<tr><th scope=\"row\">" + text(cells.get(0)) + "</th>");
    for (String cell : cells.subList(1, cells.size())) {
      row.append("<td>").append(text(cell)).append("</td>");
    }
    return row.append("</tr>\n").toString();
  }

  static String head(List<String> cells) {
    StringBuilder head = new StringBuilder("<thead><tr>");
    for (String cell : cells) {
      head.append("<th scope=\"col\">").append(text(cell)).append("</th>");
    }
    return head.append("</tr></thead>\n").toString();
  }
}
