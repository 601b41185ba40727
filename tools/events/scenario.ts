/**
 * The main scenario through `sam local start-api`: the deployed functions in containers, behind the SAM CLI's
 * imitation of API Gateway, in front of the embedded local Connect.
 *
 * Differences between that imitation and API Gateway are marked; docs/reference/gateways.md and docs/how-to/sam-local.md list them.
 */
import { instances, newUser, profiles, seededUser, type TokenName } from "./requests.ts";

export interface Answer {
  readonly status: number;
  readonly errorType: string;
  readonly body: unknown;
}

interface Step {
  readonly title: string;
  readonly token?: TokenName;
  readonly method: string;
  /** Of the answers before, by title: for an id that only they know. */
  readonly path: string | ((answers: ReadonlyMap<string, Answer>) => string);
  readonly body?: string;
  readonly status: number;
  readonly errorType?: string;
  /** What the body's JSON text must hold, and must not. */
  readonly holds?: string;
  readonly lacks?: string;
}

const user = {
  east: `/users/${instances.east}/${seededUser}`,
  west: `/users/${instances.west}/${seededUser}`,
};
const usersInWest = `/users/${instances.west}`;
const created = "onboarding creates a user with an allowed profile";

export const scenario: readonly Step[] = [
  {
    title: "an operator describes a user",
    token: "operator",
    method: "GET",
    path: user.east,
    status: 200,
    holds: '"Username":"jane.doe"',
  },
  // API Gateway would send our message; the imitation knows no gateway responses.
  {
    title: "an operator cannot delete the user",
    token: "operator",
    method: "DELETE",
    path: user.east,
    status: 403,
  },
  {
    title: "the user is still there",
    token: "admin",
    method: "GET",
    path: user.east,
    status: 200,
    holds: '"Username":"jane.doe"',
  },
  {
    title: "an operator deletes a user of the other instance",
    token: "operator",
    method: "DELETE",
    path: user.west,
    status: 200,
  },
  {
    title: "that user is gone",
    token: "admin",
    method: "GET",
    path: user.west,
    status: 404,
    errorType: "ResourceNotFoundException",
  },
  {
    title: created,
    token: "onboarding",
    method: "PUT",
    path: usersInWest,
    body: newUser("alice", [profiles.allowed]),
    status: 200,
    holds: '"UserId"',
  },
  {
    title: "an administrator finds the new user",
    token: "admin",
    method: "GET",
    path: (answers) => `${usersInWest}/${userIdIn(answers.get(created)?.body)}`,
    status: 200,
    holds: '"Username":"alice"',
  },
  {
    title: "onboarding cannot give the forbidden profile, named in the body only",
    token: "onboarding",
    method: "PUT",
    path: usersInWest,
    body: newUser("mallory", [profiles.allowed, profiles.forbidden]),
    status: 403,
    errorType: "AccessDeniedException",
    holds: "with an explicit deny",
  },
  {
    title: "the refused user does not exist",
    token: "admin",
    method: "GET",
    path: `/users-summary/${instances.west}`,
    status: 200,
    holds: '"alice"',
    lacks: "mallory",
  },
  {
    title: "the RPC form asks the same",
    token: "onboarding",
    method: "POST",
    path: "/operations/CreateUser",
    body: JSON.stringify({
      InstanceId: instances.west,
      ...JSON.parse(newUser("mallory", [profiles.forbidden])),
    }),
    status: 403,
    errorType: "AccessDeniedException",
  },
  {
    title: "a caller without a binding is denied",
    token: "visitor",
    method: "GET",
    path: user.east,
    status: 403,
  },
  {
    title: "malformed JSON is refused",
    token: "admin",
    method: "PUT",
    path: usersInWest,
    body: '{"Username":',
    status: 400,
    errorType: "InvalidParameterException",
  },
  {
    title: "an unknown route is not found",
    token: "admin",
    method: "GET",
    path: "/no/such/route",
    status: 404,
    errorType: "UnknownOperationException",
  },
  // The route without authorizer goes to another function. This configuration has no `cors` for it.
  {
    title: "a browser's preflight passes no authorizer",
    method: "OPTIONS",
    path: user.east,
    status: 401,
    errorType: "UnauthorizedException",
    holds: "the call carries no verified principal",
  },
  { title: "no token is unauthorized", method: "GET", path: user.east, status: 401 },
  // 401 at API Gateway: the imitation takes a thrown `Unauthorized` for a malformed answer.
  { title: "a forged token is refused", token: "forged", method: "GET", path: user.east, status: 502 },
  { title: "an expired token is refused", token: "expired", method: "GET", path: user.east, status: 502 },
];

function userIdIn(body: unknown): string {
  const id = typeof body === "object" && body !== null && "UserId" in body ? body.UserId : undefined;
  return typeof id === "string" ? id : "no-user-id";
}

/** Says how an answer differs from what its step expects; `undefined` if it does not. */
export function differenceOf(step: Step, answer: Answer): string | undefined {
  const text = JSON.stringify(answer.body);
  if (answer.status !== step.status) return `status ${answer.status}, not ${step.status}: ${text}`;
  if (step.errorType !== undefined && answer.errorType !== step.errorType)
    return `error type ${answer.errorType}, not ${step.errorType}`;
  if (step.holds !== undefined && !text.includes(step.holds)) return `${text} lacks ${step.holds}`;
  if (step.lacks !== undefined && text.includes(step.lacks)) return `${text} holds ${step.lacks}`;
  return undefined;
}

export async function call(
  url: string,
  step: Step,
  path: string,
  token: string | undefined,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: step.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(step.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(step.body === undefined ? {} : { body: step.body }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const errorType = response.headers.get("x-amzn-errortype") ?? "";
  return { status: response.status, errorType, body: text === "" ? undefined : JSON.parse(text) };
}
