package dev.stockade.core.yaml;

import java.util.Collection;

/** The word that a misspelt one was most likely meant to be. */
public final class Suggestion {
  private Suggestion() {}

  /** {@code ; did you mean "memory"?}, or nothing when no candidate is near. */
  public static String of(String word, Collection<String> candidates) {
    String nearest = "";
    int least = 1 + Math.min(2, word.length() / 2);
    for (String candidate : candidates) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest.isEmpty() ? "" : "; did you mean " + Quote.of(nearest) + "?";
  }

  /** Letters to insert, delete, replace or swap with their neighbour, ignoring case. */
  static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int substitute = cost[i - 1][j - 1] + (same(from, i - 1, to, j - 1) ? 0 : 1);
        int best = Math.min(substitute, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1 && j > 1 && same(from, i - 1, to, j - 2) && same(from, i - 2, to, j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[from.length()][to.length()];
  }

  private static boolean same(String a, int i, String b, int j) {
    return Character.toLowerCase(a.charAt(i)) == Character.toLowerCase(b.charAt(j));
  }
}
