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
 * The contract's schema of a job, or of several, ready to check bodies; for one thread.
 *
 * <p>vertx-openapi's own handler makes a validator for each request, and hands the request to a
 * worker thread and back for it: more than half of what a trivial job cost over HTTP.
 */
final class JobSchema {
  static final String ONE = "createJob";
  static final String BATCH = "createJobs";
  private static final String JSON = "application/json";

  private final OpenAPIContract contract;
  private final String operation;
  private final Validator validator;

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
    OutputUnit result = validator.validate(body);
    try {
      result.checkValidity();
    } catch (JsonSchemaValidationException e) {
      throw SchemaValidationException.createInvalidValueBody(result, ValidationContext.REQUEST, e);
    }
  }
}
