package dev.stockade.server.api;

import dev.stockade.core.InteractionResult;
import dev.stockade.core.RunResult;
import dev.stockade.core.Transcript;
import dev.stockade.server.job.Judgement;
import dev.stockade.server.judge.GroupResult;
import dev.stockade.server.judge.TestResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of a job's tests, as JSON. Points are decimal numbers as they were added up. */
final class JudgementJson {
  private JudgementJson() {}

  static JsonObject of(Judgement judgement) {
    JsonArray tests = new JsonArray();
    judgement.tests().forEach(test -> tests.add(test(test)));
    JsonArray groups = new JsonArray();
    for (int i = 0; i < judgement.groups().size(); i++) {
      groups.add(group(judgement.groups().get(i), judgement.total().groups().get(i)));
    }
    return new JsonObject()
        .put("score", number(judgement.total().score()))
        .put("maxScore", number(judgement.total().maxScore()))
        .put("checkerCompile", result(judgement.checkerCompile()))
        .put("interactorCompile", result(judgement.interactorCompile()))
        .put("groups", groups)
        .put("tests", tests);
  }

  private static JsonObject test(Judgement.Test test) {
    TestResult result = test.result();
    return new JsonObject()
        .put("name", test.name())
        .put("group", test.group())
        .put("verdict", result.verdict().name())
        .put("score", number(result.score()))
        .put("maxScore", number(test.maxScore()))
        .put("comment", result.comment())
        .put("result", result(result.result()))
        .put("interaction", interaction(result.interaction()));
  }

  private static @Nullable JsonObject interaction(@Nullable InteractionResult interaction) {
    if (interaction == null) {
      return null;
    }
    Transcript transcript = interaction.transcript();
    List<Transcript.Piece> said = transcript.pieces();
    JsonArray pieces = new JsonArray();
    for (int i = 0; i < said.size(); i++) {
      boolean cutOff = transcript.truncated() && i == said.size() - 1;
      pieces.add(ResultJson.said(name(said.get(i).from()), said.get(i).bytes(), cutOff));
    }
    return new JsonObject()
        .put("interactor", ResultJson.of(interaction.interactor()))
        .put("first", name(interaction.first()))
        .put("cause", name(interaction.cause()))
        .put("transcript", pieces)
        .put("transcriptBytes", transcript.totalBytes())
        .put("transcriptTruncated", transcript.truncated());
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static JsonObject group(Judgement.Group group, GroupResult result) {
    return new JsonObject()
        .put("name", group.name())
        .put("verdict", result.verdict().name())
        .put("score", number(result.score()))
        .put("maxScore", number(group.maxScore()));
  }

  private static @Nullable JsonObject result(@Nullable RunResult result) {
    return result == null ? null : ResultJson.of(result);
  }

  /** 30, not 3E+1 and not 30.00. */
  static BigDecimal number(BigDecimal points) {
    BigDecimal plain = points.stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }
}
