package dev.stockade.server.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaValidationException;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidationContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The contract's schema of a job, or of several, ready to check bodies; for one thread.
 *
 * <p>vertx-openapi's own handler makes a validator for each request, and hands the request to a
 * worker thread and back for it: more than half of what a trivial job cost over HTTP.
 *
 * <p>A schema that is {@code oneOf} several kinds, of which each requires a key that the others do
 * not have, holds if that of the key which is there holds. So that one is asked first: the
 * validator describes at length, with parsed URLs, why the others do not, and that was half of the
 * event loop's time.
 */
final class JobSchema {
  static final String ONE = "createJob";
  static final String BATCH = "createJobs";
  private static final String JSON = "application/json";
  private static final String REF = "$ref";

  private final OpenAPIContract contract;
  private final String operation;
  private final Validator validator;
  private final Map<String, Validator> kinds;

  /**
   * @param operation whose body it checks
   */
  JobSchema(OpenAPIContract contract, String operation) {
    this.contract = contract;
    this.operation = operation;
    SchemaRepository repository = contract.getSchemaRepository();
    JsonSchema schema =
        contract.operation(operation).getRequestBody().determineContentType(JSON).getSchema();
    this.validator = repository.validator(schema);
    this.kinds = kinds(schema, repository);
  }

  /** By the key that a kind alone requires; none where the schema is not one of several. */
  private static Map<String, Validator> kinds(JsonSchema schema, SchemaRepository repository) {
    JsonSchema named = find(schema, repository);
    Map<String, Validator> kinds = new HashMap<>();
    JsonArray oneOf = named.get("oneOf");
    if (oneOf == null) {
      return kinds;
    }
    List<JsonSchema> all =
        oneOf.stream().map(kind -> find(JsonSchema.of((JsonObject) kind), repository)).toList();
    for (JsonSchema kind : all) {
      String key = kind.<JsonArray>get("required").getString(0);
      if (all.stream().anyMatch(other -> other != kind && !refuses(other, key))) {
        throw new IllegalStateException("the key " + key + " is not of one kind of job alone");
      }
      kinds.put(key, repository.validator(kind));
    }
    return kinds;
  }

  private static boolean refuses(JsonSchema schema, String key) {
    return Boolean.FALSE.equals(schema.<Object>get("additionalProperties"))
        && !schema.<JsonObject>get("properties").containsKey(key);
  }

  private static JsonSchema find(JsonSchema schema, SchemaRepository repository) {
    return schema.containsKey(REF)
        ? repository.find(schema.get("__absolute_ref__", schema.get(REF)))
        : schema;
  }

  /** The same for another thread. */
  JobSchema another() {
    return new JobSchema(contract, operation);
  }

  /**
   * Checks a body.
   *
   * @throws SchemaValidationException when the contract refuses it
   */
  void check(JsonObject body) {
    for (Map.Entry<String, Validator> kind : kinds.entrySet()) {
      if (body.containsKey(kind.getKey()) && kind.getValue().validate(body).getValid()) {
        return;
      }
    }
    OutputUnit result = validator.validate(body);
    try {
      result.checkValidity();
    } catch (JsonSchemaValidationException e) {
      throw SchemaValidationException.createInvalidValueBody(result, ValidationContext.REQUEST, e);
    }
  }
}
