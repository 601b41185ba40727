/**
 * Reads what an authorizer returned. Anything that API Gateway would not accept makes the request fail with 500.
 *
 * Source: "Output from an API Gateway Lambda authorizer" in the API Gateway Developer Guide.
 */
import { isPlainObject } from "../../../../shared/shape.ts";
import { limits } from "../limits.ts";

export interface AuthorizerStatement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export interface AuthorizerOutput {
  readonly principalId: string;
  /** The answer of a simple response, to every request with the same key. Then there are no statements. */
  readonly isAuthorized?: boolean;
  readonly statements: readonly AuthorizerStatement[];
  /** Flat, with values as text: the form that the integration gets. */
  readonly context: Readonly<Record<string, string>>;
}

/** The authorizer's answer does not have the form that API Gateway requires; the message says where. */
class MalformedAuthorizerOutput extends Error {
  override readonly name = "MalformedAuthorizerOutput";
}

/** Parses a document, or with `isSimple` an HTTP API's simple response. @throws MalformedAuthorizerOutput */
export function parseAuthorizerOutput(output: unknown, isSimple = false): AuthorizerOutput {
  if (!isPlainObject(output)) throw new MalformedAuthorizerOutput("the answer is not an object");
  if (Buffer.byteLength(JSON.stringify(output)) > limits.authorizerResultBytes)
    throw new MalformedAuthorizerOutput(`the answer is larger than ${limits.authorizerResultBytes} bytes`);
  if (isSimple) {
    const { isAuthorized } = output;
    // A string, like `"false"`, is not an answer.
    if (typeof isAuthorized !== "boolean")
      throw new MalformedAuthorizerOutput("`isAuthorized` is not a boolean");
    return { principalId: "", isAuthorized, statements: [], context: parseContext(output["context"]) };
  }
  const { principalId, policyDocument, context } = output;
  if (typeof principalId !== "string" || principalId === "")
    throw new MalformedAuthorizerOutput("`principalId` is not a string");
  if (!isPlainObject(policyDocument))
    throw new MalformedAuthorizerOutput("`policyDocument` is not an object");
  const { Statement: statements } = policyDocument;
  const list = Array.isArray(statements) ? statements : [statements];
  return { principalId, statements: list.map(parseStatement), context: parseContext(context) };
}

const knownElements = new Set(["Sid", "Effect", "Action", "Resource"]);

function parseStatement(statement: unknown): AuthorizerStatement {
  if (!isPlainObject(statement)) throw new MalformedAuthorizerOutput("a statement is not an object");
  const unknown = Object.keys(statement).find((element) => !knownElements.has(element));
  // AWS evaluates conditions here. This imitation does not, and refuses them.
  if (unknown !== undefined) throw new MalformedAuthorizerOutput(`\`${unknown}\` is not supported here`);
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw new MalformedAuthorizerOutput("`Effect` is not known");
  return {
    effect,
    actions: parseTexts(statement["Action"], "Action"),
    resources: parseResources(statement["Resource"]),
  };
}

function parseResources(value: unknown): readonly string[] {
  const resources = parseTexts(value, "Resource");
  if (resources.some((resource) => resource.length > limits.resourceLength))
    throw new MalformedAuthorizerOutput(`a \`Resource\` is longer than ${limits.resourceLength} characters`);
  return resources;
}

function parseTexts(value: unknown, element: string): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.map((text) => {
    if (typeof text !== "string")
      throw new MalformedAuthorizerOutput(`\`${element}\` must be a string or strings`);
    return text;
  });
}

function parseContext(context: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = Object.create(null);
  if (context === undefined || context === null) return texts;
  if (!isPlainObject(context)) throw new MalformedAuthorizerOutput("`context` is not an object");
  for (const [key, value] of Object.entries(context)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      throw new MalformedAuthorizerOutput(`\`context.${key}\` is not a string, number or boolean`);
    texts[key] = String(value);
  }
  return texts;
}
