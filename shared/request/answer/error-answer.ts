/**
 * An error as AWS's REST-JSON answers it. Apart from `encode.ts`, so that what answers no more than errors of our own
 * need not hold the SDK's serializer.
 */

/** An HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error to answer with; `members` are the modelled exception's own (`ResourceId`, `Reason`, …). */
export interface AnswerError {
  readonly name: string;
  readonly message: string;
  readonly status: number;
  readonly members?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the SDK says in place of a message that Connect did not give; each client has words of its own for that. */
const placeholder = "UnknownError";

/**
 * Puts an error into the places where clients look for it: `x-amzn-errortype`, and `__type`, `message` and `Message` in
 * the body.
 *
 * @param members of the exception, as JSON holds them
 */
export function answerOfError(error: AnswerError, members: object, requestId: string): HttpAnswer {
  const text = error.message === placeholder ? {} : { message: error.message, Message: error.message };
  return {
    status: error.status,
    headers: {
      "content-type": "application/json",
      "x-amzn-errortype": error.name,
      "x-amzn-requestid": requestId,
      ...error.headers,
    },
    body: JSON.stringify({ ...members, __type: error.name, ...text }),
  };
}
