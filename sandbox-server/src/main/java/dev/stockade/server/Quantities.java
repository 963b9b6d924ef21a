package dev.stockade.server;

import dev.stockade.core.policy.ByteSize;
import dev.stockade.core.policy.Durations;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes and times of options, written as in policies. */
final class Quantities {
  private Quantities() {}

  /** Sizes: {@code 16MiB}. */
  static final class SizeConverter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      return parse(text, ByteSize::parse);
    }
  }

  /** Durations: {@code 30s}. */
  static final class TimeConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return parse(text, Durations::parse);
    }
  }

  private static <T> T parse(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
