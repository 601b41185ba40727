/** What each event must be answered with (events/expected.json), and the comparison. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** An authorizer's one effect, or the error it throws; a proxy's status and error type. */
export type Expected = (
  | { readonly function: "AuthorizerFunction"; readonly effect?: "Allow" | "Deny"; readonly error?: string }
  | { readonly function: "ProxyFunction"; readonly status: number; readonly type: string }
) & {
  readonly why: string;
  /** Outcome of the decision record that is written. */
  readonly outcome: string;
  /** Part of the message to the caller. */
  readonly message?: string;
};

/** Reads events/expected.json: name of the event → what is expected. */
export async function readExpected(folder: string): Promise<ReadonlyMap<string, Expected>> {
  const text = await readFile(join(folder, "expected.json"), "utf8");
  return new Map(Object.entries(JSON.parse(text) as Record<string, Expected>));
}

interface Outcome {
  /** The function's result, or `{errorMessage}` of what it threw, as Lambda gives it. */
  readonly result: unknown;
  /** The function's whole output; decision records are lines of JSON in it. */
  readonly log: string;
}

/** Says how an outcome differs from the expected one; `undefined` if it does not. */
export function differenceOf(expected: Expected, { result, log }: Outcome): string | undefined {
  const answer = asRecord(result);
  const seen =
    expected.function === "AuthorizerFunction" ? readAuthorizerAnswer(answer) : readProxyAnswer(answer);
  const outcomes = [...log.matchAll(/\{"type":"decision".*\}/g)].map(
    (line) => asRecord(JSON.parse(line[0]))["outcome"],
  );
  const wanted = {
    ...expected,
    outcome: expected.outcome,
    message: undefined,
    why: undefined,
    function: undefined,
  };
  for (const [key, value] of Object.entries({ ...wanted })) {
    const actual = key === "outcome" ? outcomes.join() : seen[key];
    if (value !== undefined && actual !== value)
      return `${key} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`;
  }
  const message = String(seen["message"] ?? "");
  if (expected.message !== undefined && !message.includes(expected.message))
    return `message is ${JSON.stringify(message)}, without ${JSON.stringify(expected.message)}`;
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function readAuthorizerAnswer(answer: Fields): Fields {
  if ("errorMessage" in answer) return { error: answer["errorMessage"] };
  const statements = asRecord(answer["policyDocument"])["Statement"];
  const effects = (Array.isArray(statements) ? statements : []).map(
    (statement) => asRecord(statement)["Effect"],
  );
  return { effect: effects.join(), message: asRecord(answer["context"])["message"] };
}

function readProxyAnswer(answer: Fields): Fields {
  const body = asRecord(typeof answer["body"] === "string" ? JSON.parse(answer["body"]) : undefined);
  const header = asRecord(answer["headers"])["x-amzn-errortype"];
  const type = header === body["__type"] ? header : `${String(header)} / ${String(body["__type"])}`;
  return { status: answer["statusCode"], type, message: body["message"] };
}

function asRecord(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
