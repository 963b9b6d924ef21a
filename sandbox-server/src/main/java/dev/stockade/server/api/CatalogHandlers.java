package dev.stockade.server.api;

import dev.stockade.core.policy.Limits;
import dev.stockade.core.policy.Policy;
import dev.stockade.server.job.Language;
import dev.stockade.server.job.Languages;
import dev.stockade.server.job.PolicyCatalog;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What this server can run: languages, policies, and the contract itself. */
final class CatalogHandlers {
  private final Languages languages;
  private final PolicyCatalog policies;
  private final Buffer contract;

  CatalogHandlers(Languages languages, PolicyCatalog policies, Buffer contract) {
    this.languages = languages;
    this.policies = policies;
    this.contract = contract;
  }

  /** Waits until they have been looked for. */
  void languages(RoutingContext context) {
    Waits.forLanguages(context.vertx(), languages)
        .map(searched -> list())
        .onSuccess(all -> Json.send(context, 200, all))
        .onFailure(context::fail);
  }

  private JsonObject list() {
    JsonArray all = new JsonArray();
    languages.all().forEach(language -> all.add(json(language)));
    return new JsonObject().put("languages", all);
  }

  private JsonObject json(Language language) {
    Language.Availability availability = language.availability();
    Policy policy = policy(language.policy());
    return new JsonObject()
        .put("id", language.id())
        .put("name", language.name())
        .put("extensions", new JsonArray(language.extensions()))
        .put(
            "version",
            availability instanceof Language.Available available ? available.version() : null)
        .put(
            "unavailable",
            availability instanceof Language.Unavailable unavailable ? unavailable.reason() : null)
        .put("policy", policy.name())
        .put("limits", json(policy.limits()))
        .put("ceilings", json(policy.ceilings()))
        .put("compile", language.compilePolicy().map(this::compile).orElse(null));
  }

  private @Nullable JsonObject compile(String policy) {
    return new JsonObject().put("policy", policy).put("limits", json(policy(policy).limits()));
  }

  private Policy policy(String name) {
    return policies
        .find(name)
        .orElseThrow(() -> new IllegalStateException("a language names the policy " + name));
  }

  void policies(RoutingContext context) {
    JsonArray all = new JsonArray();
    policies.all().forEach(policy -> all.add(json(policy)));
    Json.send(context, 200, new JsonObject().put("policies", all));
  }

  private static JsonObject json(Policy policy) {
    return new JsonObject()
        .put("name", policy.name())
        .put("description", policy.description())
        .put("network", policy.network().name().toLowerCase(Locale.ROOT))
        .put("degraded", policy.degraded().name().toLowerCase(Locale.ROOT))
        .put("limits", json(policy.limits()))
        .put("ceilings", json(policy.ceilings()));
  }

  private static JsonObject json(Limits limits) {
    return new JsonObject()
        .put("cpuTimeNanos", limits.cpuTime().toNanos())
        .put("wallTimeNanos", limits.wallTime().toNanos())
        .put("memoryBytes", limits.memory().bytes())
        .put("pids", limits.pids())
        .put("outputBytes", limits.output().bytes())
        .put("cpus", limits.cpus());
  }

  void contract(RoutingContext context) {
    context.response().putHeader("Content-Type", "application/yaml").end(contract.copy());
  }
}
