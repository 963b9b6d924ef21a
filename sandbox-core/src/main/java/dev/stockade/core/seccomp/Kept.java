package dev.stockade.core.seccomp;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Values by what they were made of, which is compared by value; of too many, the one that was not
 * asked for longest goes. Thread-safe.
 */
final class Kept<K, V> {
  private static final float LOAD_FACTOR = 0.75f;

  private final int most;
  private final LinkedHashMap<K, V> values = new LinkedHashMap<>(16, LOAD_FACTOR, true);

  Kept(int most) {
    this.most = most;
  }

  synchronized @Nullable V get(K key) {
    return values.get(key);
  }

  synchronized void put(K key, V value) {
    values.put(key, value);
    if (values.size() > most) {
      values.remove(values.keySet().iterator().next());
    }
  }
}
