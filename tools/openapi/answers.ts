/** The answers that every operation can have: docs/reference/answers.md, as a document's components. */

interface RefusedAnswer {
  readonly status: string;
  readonly name: string;
  readonly description: string;
  readonly headers?: readonly (keyof typeof named)[];
}

/** Headers of answers that have them, by the name of their component. */
const named = {
  RequestId: ["x-amzn-requestid", "Names the call in logs and records."],
  ErrorType: ["x-amzn-errortype", "The error's name, as `__type` in the body."],
  Challenge: ["www-authenticate", "Why the token was refused (RFC 6750)."],
  RetryAfter: ["retry-after", "Seconds to wait before the call is repeated."],
} as const;

/** Amazon Connect has errors of its own with most of these statuses, so no list of names is complete. */
const refusals: readonly RefusedAnswer[] = [
  {
    status: "400",
    name: "InvalidInput",
    description: "InvalidParameterException: malformed input or identifier; the message names the member.",
  },
  {
    status: "401",
    name: "Unauthorized",
    description: "UnauthorizedException: no token, or one that is not accepted.",
    headers: ["Challenge"],
  },
  {
    status: "403",
    name: "AccessDenied",
    description: "AccessDeniedException: denied; the message says by which kind of policy, as IAM words it.",
  },
  {
    status: "404",
    name: "NotFound",
    description:
      "UnknownOperationException: no such route or operation. ResourceNotFoundException: Amazon Connect has no such resource.",
  },
  {
    status: "413",
    name: "TooLarge",
    description: "RequestEntityTooLargeException: the body has more than 10 MB.",
  },
  {
    status: "429",
    name: "Throttled",
    description: "ThrottlingException: too many calls, for the API or for Amazon Connect.",
    headers: ["RetryAfter"],
  },
  {
    status: "502",
    name: "Unreachable",
    description: "ServiceUnavailableException: Amazon Connect cannot be reached.",
  },
  {
    status: "503",
    name: "Unavailable",
    description:
      "ServiceUnavailableException: what the decision needs cannot be read at the moment. Repeat the call.",
  },
  {
    status: "504",
    name: "TooSlow",
    description: "GatewayTimeoutException: Amazon Connect did not answer in time.",
  },
];

/** What no row above has: Amazon Connect's own statuses and errors. */
const otherwise: RefusedAnswer = {
  status: "default",
  name: "Failed",
  description: "Another error of Amazon Connect, as it answered.",
};

/** The responses of an operation beside its success, by status. */
export const refusalsOfOperation: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    [...refusals, otherwise].map(({ status, name }) => [status, { $ref: `#/components/responses/${name}` }]),
  ),
};

/** `components.headers`. */
export const answerHeaders: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(named).map(([name, [, description]]) => [name, { description, schema: { type: "string" } }]),
);

/** The headers of an answer; every answer has the first. */
export function headersOf(...more: readonly (keyof typeof named)[]): Readonly<Record<string, object>> {
  const names = ["RequestId", ...more] as const;
  return Object.fromEntries(names.map((name) => [named[name][0], { $ref: `#/components/headers/${name}` }]));
}

export const errorSchema = {
  type: "object",
  description: "An error, as AWS's REST-JSON has it. Errors of Amazon Connect can have more members.",
  properties: { __type: { type: "string" }, message: { type: "string" }, Message: { type: "string" } },
  required: ["__type"],
};

/** `components.responses`. */
export function errorResponses(): Readonly<Record<string, object>> {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  return Object.fromEntries(
    [...refusals, otherwise].map(({ name, description, headers = [] }) => [
      name,
      { description, headers: headersOf("ErrorType", ...headers), content },
    ]),
  );
}
