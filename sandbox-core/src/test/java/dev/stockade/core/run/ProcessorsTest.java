package dev.stockade.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.stockade.core.fault.SandboxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which processor a pinned run gets. */
final class ProcessorsTest {
  private static List<Integer> allowed(String list) {
    return Processors.allowed("Cpus_allowed:\tff\nCpus_allowed_list:\t" + list + "\nMems:\t1\n");
  }

  @Test
  void listsOfProcessorsAreReadAsTheKernelWritesThem() {
    assertEquals(List.of(0), allowed("0"));
    assertEquals(List.of(0, 1, 2, 3), allowed("0-3"));
    assertEquals(List.of(1, 4, 5, 6, 1023), allowed("1,4-6,1023"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1-", "1,,2", "-1"})
  void anotherListIsAFault(String list) {
    assertThrows(SandboxException.class, () -> allowed(list));
  }

  @Test
  void aStatusWithoutListIsAFault() {
    assertThrows(SandboxException.class, () -> Processors.allowed("Name:\tjava\n"));
  }

  @Test
  void eachRunGetsTheProcessorThatFewestHave() {
    Processors processors = new Processors();
    int all = new HashSet<>(first(processors, 1_000)).size();
    Processors fresh = new Processors();
    List<Integer> round = first(fresh, all);
    assertEquals(all, new HashSet<>(round).size(), "the first of them share none");
    assertEquals(round, first(fresh, all), "then two have each");
    round.forEach(fresh::giveBack);
    round.forEach(fresh::giveBack);
    int last = Collections.max(round);
    round.stream().filter(number -> number != last).forEach(number -> fresh.take());
    assertEquals(last, fresh.take(), "the only one that nobody has");
  }

  private static List<Integer> first(Processors processors, int number) {
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      taken.add(processors.take());
    }
    return taken;
  }
}
