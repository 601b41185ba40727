/** Calls a handler as the Lambda service does: events and results pass through JSON, with a timeout. */
import type { Context } from "aws-lambda";

/** Lambda's context, and a signal that Lambda does not have: the client disconnected. */
export type LocalContext = Context & { readonly signal: AbortSignal };

/** A deployed handler, as the gateway sees it. */
export type Handler<Event> = (event: Event, context: LocalContext) => Promise<unknown>;

/** The handler timed out. Its signal is aborted; it may still be running, and its answer is dropped. */
export class InvocationTimeout extends Error {
  override readonly name = "InvocationTimeout";
}

interface Invocation<Event> {
  readonly functionName: string;
  readonly handler: Handler<Event>;
  readonly event: Event;
  readonly timeoutMs: number;
  readonly requestId: string;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal;
}

/** Resolves to the result, passed through JSON; rejects with the handler's error or {@link InvocationTimeout}. */
export async function invoke<Event>(invocation: Invocation<Event>): Promise<unknown> {
  const { handler, timeoutMs } = invocation;
  const ended = new AbortController();
  const end = () => ended.abort();
  if (invocation.signal?.aborted) end();
  else invocation.signal?.addEventListener("abort", end, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InvocationTimeout(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    // INVARIANT: a copy, so that a handler cannot change the event of others.
    const event: Event = JSON.parse(JSON.stringify(invocation.event));
    const result = await Promise.race([handler(event, lambdaContext(invocation, ended.signal)), timeout]);
    const json = JSON.stringify(result);
    return json === undefined ? undefined : JSON.parse(json);
  } finally {
    clearTimeout(timer);
    invocation.signal?.removeEventListener("abort", end);
    end();
  }
}

type InvocationFacts = Pick<Invocation<unknown>, "functionName" | "timeoutMs" | "requestId">;

function lambdaContext(
  { functionName, timeoutMs, requestId }: InvocationFacts,
  signal: AbortSignal,
): LocalContext {
  const endsAt = performance.now() + timeoutMs;
  const unsupported = () => {
    throw new Error("the callback style of Node.js 0.10 is not supported");
  };
  return {
    signal,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
    memoryLimitInMB: "512",
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}
