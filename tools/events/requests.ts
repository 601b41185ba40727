/** The requests of the events, and their callers. The answers are in events/expected.json. */

/** Callers, each with a token in events/tokens.json; its group decides its policies. */
export const callers = {
  admin: { sub: "ada", groups: ["admins"] },
  operator: { sub: "olga", groups: ["operators"] },
  onboarding: { sub: "otto", groups: ["onboarding"] },
  /** In no group that a binding names. */
  visitor: { sub: "vera", groups: ["visitors"] },
} as const;

/** A caller, or a token that must not verify. */
export type TokenName = keyof typeof callers | "expired" | "forged";

/** One request, from which an event is made. */
export interface EventRequest {
  readonly function: "authorizer" | "proxy";
  /** Of the event; default the REST API's own. */
  readonly shape?: "token" | "http1" | "http2" | "functionUrl";
  readonly token?: TokenName;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** Leaves out the authorizer's context, as if the proxy was not invoked by API Gateway. */
  readonly withoutContext?: true;
}

/** The instances of events/config/authorizer.yaml. */
export const instances = {
  east: "00fbeee1-123e-111e-93e3-11111bfbfcc1",
  west: "00fbeee1-123e-111e-93e3-11111bfbfcc17",
} as const;

/** Of the seeds of the local Connect: the security profile that `create-users` forbids, and another. */
export const profiles = {
  forbidden: "11dtcggg1-123e-111e-93e3-11111bfbfcc17",
  allowed: "11dtcggg2-123e-111e-93e3-11111bfbfcc17",
} as const;

/** The seeded user, in each instance. */
export const seededUser = "00dtcddd1-123e-111e-93e3-11111bfbfcc1";

/** The body of a CreateUser. */
export function newUser(username: string, securityProfileIds: readonly string[]): string {
  return JSON.stringify({
    Username: username,
    PhoneConfig: { PhoneType: "SOFT_PHONE" },
    RoutingProfileId: "22rp0001-123e-111e-93e3-11111bfbfcc17",
    SecurityProfileIds: securityProfileIds,
  });
}

const describeUser = { method: "GET", path: `/users/${instances.east}/${seededUser}` };
const deleteUser = { method: "DELETE", path: describeUser.path };
const createUser = { method: "PUT", path: `/users/${instances.west}` };
const unknownRoute = { method: "GET", path: "/no/such/route" };

/** File name under events/, without `.json` → request. */
export const requests: Readonly<Record<string, EventRequest>> = {
  "authorizer/allow": { function: "authorizer", token: "admin", ...describeUser },
  "authorizer/explicit-deny": { function: "authorizer", token: "operator", ...deleteUser },
  "authorizer/implicit-deny": { function: "authorizer", token: "visitor", ...describeUser },
  "authorizer/not-yet-known": { function: "authorizer", token: "onboarding", ...createUser },
  "authorizer/no-token": { function: "authorizer", ...describeUser },
  "authorizer/forged-token": { function: "authorizer", token: "forged", ...describeUser },
  "authorizer/expired-token": { function: "authorizer", token: "expired", ...describeUser },
  "authorizer/unknown-route": { function: "authorizer", token: "admin", ...unknownRoute },
  "authorizer/token": { function: "authorizer", shape: "token", token: "operator", ...deleteUser },
  "authorizer/http1-explicit-deny": {
    function: "authorizer",
    shape: "http1",
    token: "operator",
    ...deleteUser,
  },
  "authorizer/http2-allow": { function: "authorizer", shape: "http2", token: "admin", ...describeUser },
  "authorizer/http2-explicit-deny": {
    function: "authorizer",
    shape: "http2",
    token: "operator",
    ...deleteUser,
  },
  "authorizer/http2-forged-token": {
    function: "authorizer",
    shape: "http2",
    token: "forged",
    ...describeUser,
  },
  "proxy/http1-denied-by-body": {
    function: "proxy",
    shape: "http1",
    token: "onboarding",
    ...createUser,
    body: newUser("mallory", [profiles.allowed, profiles.forbidden]),
  },
  "proxy/http2-denied-by-body": {
    function: "proxy",
    shape: "http2",
    token: "onboarding",
    ...createUser,
    body: newUser("mallory", [profiles.allowed, profiles.forbidden]),
  },
  "proxy/http2-ambiguous-path": {
    function: "proxy",
    shape: "http2",
    token: "admin",
    method: "POST",
    path: `/contacts/${instances.east}/arn%3Aaws%3Aconnect%3Aus-east-1%3A123456789012%3Ainstance%2F${instances.east}%2Fcontact%2Fc-1/associate-user`,
    body: JSON.stringify({ UserId: seededUser }),
  },
  "proxy/function-url": { function: "proxy", shape: "functionUrl", token: "admin", ...describeUser },
  "proxy/denied-by-body": {
    function: "proxy",
    token: "onboarding",
    ...createUser,
    body: newUser("mallory", [profiles.allowed, profiles.forbidden]),
  },
  "proxy/malformed-json": {
    function: "proxy",
    token: "onboarding",
    ...createUser,
    body: '{"Username": "eve",',
  },
  "proxy/unknown-route": { function: "proxy", token: "admin", ...unknownRoute },
  "proxy/connect-unreachable": { function: "proxy", token: "admin", ...describeUser },
  "proxy/no-principal": { function: "proxy", token: "admin", ...describeUser, withoutContext: true },
};
