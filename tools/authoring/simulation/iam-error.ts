/** The errors of IAM's API that its policy simulator answers with, in IAM's own words where they are known. */

/** IAM's codes, with the HTTP status of each. `NoSuchEntity` is the caller's mistake too. */
const statuses = {
  AccessDenied: 403,
  InvalidAction: 400,
  InvalidInput: 400,
  MalformedQueryString: 400,
  MissingAction: 400,
  NoSuchEntity: 404,
  PolicyEvaluation: 500,
  RequestEntityTooLarge: 413,
  ValidationError: 400,
} as const;

export class IamError extends Error {
  override readonly name = "IamError";
  readonly code: keyof typeof statuses;

  constructor(code: keyof typeof statuses, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return statuses[this.code];
  }
}

export function invalidInput(message: string): IamError {
  return new IamError("InvalidInput", message);
}
