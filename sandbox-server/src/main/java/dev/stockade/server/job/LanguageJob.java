package dev.stockade.server.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source text in a language that the server knows.
 *
 * @param language {@linkplain Language#id() id} of the language
 * @param sourceName name of the source file in the workspace; {@code null} takes the language's
 *     usual one
 * @param source the program's main file, byte for byte
 * @param args arguments of the program, byte for byte
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are the point; jobs are never compared
public record LanguageJob(
    String language, @Nullable String sourceName, byte[] source, List<byte[]> args, JobInput input)
    implements JobRequest {
  public LanguageJob {
    args = List.copyOf(args);
  }
}
