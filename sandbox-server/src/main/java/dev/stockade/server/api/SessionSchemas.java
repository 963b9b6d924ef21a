package dev.stockade.server.api;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchemaValidationException;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidationContext;

/**
 * The contract's schemas of a session's messages, which no operation has: OpenAPI knows no
 * WebSockets. For one thread.
 */
final class SessionSchemas {
  /** Where vertx-openapi has the document's schemas in its repository. */
  private static final String SCHEMAS = "app://#/components/schemas/";

  private final OpenAPIContract contract;
  private final Validator first;
  private final Validator later;

  SessionSchemas(OpenAPIContract contract) {
    this.contract = contract;
    this.first = validator("SessionRequest");
    this.later = validator("SessionMessage");
  }

  /** The same for another thread. */
  SessionSchemas another() {
    return new SessionSchemas(contract);
  }

  private Validator validator(String name) {
    SchemaRepository repository = contract.getSchemaRepository();
    return repository.validator(repository.find(SCHEMAS + name));
  }

  /** Checks the first message of a session. */
  void checkFirst(JsonObject message) {
    check(first, message);
  }

  /** Checks any other. */
  void checkLater(JsonObject message) {
    check(later, message);
  }

  private static void check(Validator validator, JsonObject message) {
    OutputUnit result = validator.validate(message);
    try {
      result.checkValidity();
    } catch (JsonSchemaValidationException e) {
      throw SchemaValidationException.createInvalidValueBody(result, ValidationContext.REQUEST, e);
    }
  }
}
