package dev.stockade.server.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;

final class JavaSourceTest {
  private static String publicTypeOf(String text) {
    return JavaSource.of(text).publicType();
  }

  @Test
  void thePublicTypeGivesTheName() {
    assertEquals("A", publicTypeOf("public class A {}"));
    assertEquals("A", publicTypeOf("package p; import x.Y; public final class A<T> extends B {}"));
    assertEquals("A", publicTypeOf("@X({\"}\", \"{\"}) public abstract @Y(1) class A {}"));
    assertEquals("A", publicTypeOf("class B {} public interface A {}"));
    assertEquals("A", publicTypeOf("public @interface A {}"));
    assertEquals("A", publicTypeOf("public record A(int x) {}"));
    assertEquals("A", publicTypeOf("public sealed interface A permits B {} record B() {}"));
    assertEquals("Ärger$1", publicTypeOf("enum E { X, Y } public enum Ärger$1 {}"));
  }

  @Test
  void otherTypesDoNot() {
    assertNull(publicTypeOf("class A { public class B {} }"));
    assertNull(publicTypeOf("class A {} interface B { public class C {} }"));
    assertNull(publicTypeOf("// public class A {}\n/* public class B {} */ class C {}"));
    assertNull(publicTypeOf("class C { String s = \"\\\"} public class D {}\"; char c = '}'; }"));
    assertNull(
        publicTypeOf("class C { String s = \"\"\"\n } \" public class D {} \\\"\"\"\n \"\"\"; }"));
    assertNull(publicTypeOf("void main() {}"));
    assertNull(publicTypeOf(""));
  }

  @Test
  void allTopLevelTypesAreListedInTheirOrder() {
    assertEquals(
        List.of("B", "A", "C", "D"),
        JavaSource.of("class B { class X {} } public class A {} enum C {} record D() {}").types());
  }

  @Test
  void anUnfinishedSourceIsReadToItsEnd() {
    assertEquals(List.of("A"), JavaSource.of("class A { /* ").types());
    assertEquals(List.of("A"), JavaSource.of("class A { \"\\").types());
    assertEquals(List.of(), JavaSource.of("class").types());
  }

  @Test
  void aLongLiteralNeedsNoDeepStack() {
    String text = "class A { String s = \"" + "\\\\x".repeat(1_000_000) + "\"; } public class B {}";
    assertEquals("B", publicTypeOf(text));
  }

  @Property
  void everyTextCanBeRead(
      @ForAll @Chars({'"', '\'', '\\', '/', '*', '{', '}', 'a', '\n'}) String text) {
    assertNotNull(JavaSource.of(text).types());
  }
}
