package dev.stockade.server.api;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaValidationException;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidationContext;

/**
 * The contract's schema of a job, ready to check bodies; for one thread.
 *
 * <p>vertx-openapi's own handler makes a validator for each request, and hands the request to a
 * worker thread and back for it: more than half of what a trivial job cost over HTTP.
 */
final class JobSchema {
  static final String OPERATION = "createJob";
  private static final String JSON = "application/json";

  private final OpenAPIContract contract;
  private final Validator validator;

  JobSchema(OpenAPIContract contract) {
    this.contract = contract;
    SchemaRepository repository = contract.getSchemaRepository();
    JsonSchema schema =
        contract.operation(OPERATION).getRequestBody().determineContentType(JSON).getSchema();
    this.validator = repository.validator(schema);
  }

  /** The same for another thread. */
  JobSchema another() {
    return new JobSchema(contract);
  }

  /**
   * Checks a body.
   *
   * @throws SchemaValidationException when the contract refuses it
   */
  void check(JsonObject body) {
    OutputUnit result = validator.validate(body);
    try {
      result.checkValidity();
    } catch (JsonSchemaValidationException e) {
      throw SchemaValidationException.createInvalidValueBody(result, ValidationContext.REQUEST, e);
    }
  }
}
