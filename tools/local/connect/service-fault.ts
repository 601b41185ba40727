/**
 * Refusals in the service's own words: the exceptions that Amazon Connect models, and the few that any AWS
 * REST-JSON service answers without modelling them.
 *
 * The local Connect gives these answers on purpose. They are not failures of this product, so they are not a
 * `CodedError`.
 */

/** HTTP status of each exception; the modelled ones as in the SDK's schemas (a test holds them equal). */
export const faultStatus = {
  AccessDeniedException: 403,
  BadGatewayException: 502,
  ConditionalOperationFailedException: 409,
  ConflictException: 409,
  ContactNotFoundException: 410,
  ContactNotTerminatedException: 409,
  DuplicateResourceException: 409,
  GatewayTimeoutException: 504,
  IdempotencyException: 409,
  InternalServiceException: 500,
  InvalidContactFlowException: 400,
  InvalidContactFlowModuleException: 400,
  InvalidParameterException: 400,
  InvalidRequestException: 400,
  InvalidTestCaseException: 400,
  LimitExceededException: 429,
  NotImplementedException: 501,
  OutputTypeNotFoundException: 404,
  PropertyValidationException: 400,
  RequestEntityTooLargeException: 413,
  ResourceConflictException: 409,
  ResourceInUseException: 409,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 402,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
} as const;

export type FaultName = keyof typeof faultStatus;

/** A refusal that is sent to the caller unchanged. */
export class ServiceFault extends Error {
  override readonly name = "ServiceFault";
  readonly fault: FaultName;
  /** The exception's other members: `ResourceId`, `problems`, … */
  readonly members: object;

  constructor(fault: FaultName, message: string, members: object = {}) {
    super(message);
    this.fault = fault;
    this.members = members;
  }
}

export function invalidParameter(path: string, message: string): ServiceFault {
  return new ServiceFault("InvalidParameterException", `${path}: ${message}`);
}

/** For a request that does not fit the current state or contradicts itself. */
export function invalidRequest(message: string): ServiceFault {
  return new ServiceFault("InvalidRequestException", message);
}
