package dev.stockade.server.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stockade.core.fault.SandboxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ExactArgumentsTest {
  @Property
  void everyByteSequenceComesBack(@ForAll byte[] bytes) {
    assertArrayEquals(bytes, ExactArguments.encode(ExactArguments.decode(bytes)));
  }

  @Property
  void everyUnicodeTextIsDecodedAsUtf8(@ForAll("texts") String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(text, ExactArguments.decode(utf8));
    assertFalse(ExactArguments.hasForeignBytes(text));
    assertArrayEquals(utf8, ExactArguments.encode(text));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("aé€\n\0").withCharRange('\ue000', '\uffff');
  }

  @Test
  void aSurrogateInUtf8IsNotUtf8AndComesBack() {
    byte[] encodedSurrogate = {(byte) 0xed, (byte) 0xb2, (byte) 0x80};
    String decoded = ExactArguments.decode(encodedSurrogate);
    assertTrue(ExactArguments.hasForeignBytes(decoded));
    assertArrayEquals(encodedSurrogate, ExactArguments.encode(decoded));
  }

  @Test
  void charactersOutsideOfTheBasicPlaneStayWhole() {
    byte[] smile = "😀".getBytes(StandardCharsets.UTF_8);
    assertArrayEquals(smile, ExactArguments.encode(ExactArguments.decode(smile)));
    byte[] half = {smile[0], smile[1], 'x'};
    assertArrayEquals(half, ExactArguments.encode(ExactArguments.decode(half)));
  }

  @Test
  void theLastArgumentsAreOurs() {
    byte[] commandLine = "java\0-jar\0x.jar\0run\0--\0\0a\nb\0".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("run", "--", "", "a\nb"), ExactArguments.last(commandLine, 4));
    assertEquals(List.of(), ExactArguments.last(commandLine, 0));
  }

  @Test
  void fewerThanJavaWasGivenIsAFault() {
    assertThrows(SandboxException.class, () -> ExactArguments.last(new byte[] {'x', 0}, 2));
  }
}
