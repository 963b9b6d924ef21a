package dev.stockade.server.callback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CallbackTargetsTest {
  private static CallbackTargets open(String... hosts) {
    return new CallbackTargets(
        Stream.of(hosts).map(CallbackOrigin::parse).collect(Collectors.toSet()), Set.of());
  }

  @Test
  void onlyWhatIsListedIsTold() {
    CallbackTargets targets = open("hooks.example", "Other.example:8443", "http://plain.example");
    for (String told :
        List.of(
            "https://hooks.example",
            "https://HOOKS.example:443/a?b=c",
            "https://other.example:8443/",
            "http://plain.example/")) {
      assertEquals(null, targets.faultOf(told), told);
    }
    for (String not :
        List.of(
            "http://hooks.example/",
            "https://hooks.example:8443/",
            "https://plain.example/",
            "https://hooks.example.evil/",
            "https://8.8.8.8/")) {
      assertEquals("leads to a host that this server does not call back", targets.faultOf(not));
    }
  }

  @Test
  void whatIsNoUrlIsRefused() {
    CallbackTargets targets = open("hooks.example");
    assertEquals("is not a URL", targets.faultOf("https://hooks.example/ a"));
    assertEquals("must begin with https://", targets.faultOf("ftp://hooks.example/"));
    assertEquals("must begin with https://", targets.faultOf("/ended"));
    for (String url :
        List.of(
            "https://u:p@hooks.example/",
            "https://hooks.example/#a",
            "https:a",
            "https://127.1/")) {
      assertEquals(
          "must be https://HOST[:PORT]/PATH, without user and fragment", targets.faultOf(url));
    }
    assertEquals(
        "has 2049 characters; it has at most 2048",
        targets.faultOf("https://hooks.example/" + "a".repeat(2027)));
  }

  @Test
  void privateAddressIsRefusedAlthoughListedUnlessAsSuch() {
    for (String host :
        List.of(
            "127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "0.0.0.0")) {
      assertEquals(
          "leads to an address that is not public", open(host).faultOf("https://" + host + "/"));
      CallbackTargets inside = new CallbackTargets(Set.of(), Set.of(CallbackOrigin.parse(host)));
      assertEquals(null, inside.faultOf("https://" + host + "/"));
    }
    assertEquals(null, open("8.8.8.8").faultOf("https://8.8.8.8/"));
  }

  @Test
  void serverWithoutTargetsSaysSo() {
    assertEquals(
        "is of no use: this server makes no callbacks (serve --callbacks-to)",
        open().faultOf("https://hooks.example/"));
  }

  @Test
  void optionIsAHost() {
    for (String bad : List.of("", "hooks.example/a", "ftp://hooks.example", "a b", "h:99999")) {
      assertThrows(IllegalArgumentException.class, () -> CallbackOrigin.parse(bad), bad);
    }
  }

  @Test
  void publicAddresses() throws UnknownHostException {
    for (String address :
        List.of(
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "192.1.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1",
            "2a00:1450::1",
            "2001:4860::1")) {
      assertTrue(PublicAddress.is(InetAddress.getByName(address)), address);
    }
    for (String address :
        List.of(
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.0.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "3fff::1",
            "4000::1")) {
      assertFalse(PublicAddress.is(InetAddress.getByName(address)), address);
    }
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    CallbackConfig.Schedule schedule = CallbackConfig.Schedule.defaults();
    assertEquals(Duration.ofSeconds(2), schedule.pauseAfter(1, 0));
    assertEquals(Duration.ofSeconds(1), schedule.pauseAfter(1, 1));
    assertEquals(Duration.ofSeconds(8), schedule.pauseAfter(3, 0));
    assertEquals(Duration.ofMinutes(10), schedule.pauseAfter(500, 0));
  }
}
