package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final List<String> PASSWD =
      List.of("root:x:0:0:root:/root:/bin/sh", "ada:x:1000:1001::/home/ada:", "7:x:8:8::/:", "b:");

  @Test
  void byNameByNumberAndNameFirst() {
    Account ada = new Account("ada", 1000, 1001);
    assertEquals(ada, Account.find("ada", PASSWD));
    assertEquals(ada, Account.find("1000", PASSWD));
    assertEquals(new Account("7", 8, 8), Account.find("7", PASSWD));
  }

  @Test
  void nobodyElse() {
    assertThrows(UsageException.class, () -> Account.find("b", PASSWD));
    assertThrows(UsageException.class, () -> Account.find("-1", PASSWD));
  }

  @Test
  void aNumberKnownElsewhere() {
    assertEquals(new Account("2345", 2345, 2345), Account.find("2345", PASSWD));
  }
}
