/**
 * The agents of a contact centre: look up, move to another team, remove. This is the Lambda function of an API that was there
 * already; what connect-authorizer adds to it is marked.
 */
import {
  ConnectClient,
  DeleteUserCommand,
  DescribeUserCommand,
  UpdateUserHierarchyCommand,
  UpdateUserRoutingProfileCommand,
} from "@aws-sdk/client-connect";
// Added.
import { AuthorizerError, createAuthorizer, guardConnectClient } from "connect-authorizer";
import bundle from "../.connect-authorizer/functions/authorizer/bundle.mjs";

const InstanceId = process.env.INSTANCE_ID;

/** May do whatever the function's role may: no route uses it, only the guard. */
const unguarded = new ConnectClient({});

// Added: the policies that `connect-authorizer build` checked, the very ones of the authorizer in front.
const authorizer = await createAuthorizer({ bundle });

const routes = {
  "GET /agents/{agentId}": lookUp,
  "POST /agents/{agentId}/move": move,
  "DELETE /agents/{agentId}": remove,
};

export async function handler(event) {
  try {
    const caller = await callerOf(event);
    const route = routes[`${event.httpMethod} ${event.resource}`];
    return answer(200, await route(caller, event));
  } catch (error) {
    return refusalOf(error);
  }
}

/** Added: who is calling, by the verified token alone, and a client that sends only what this caller may do. */
async function callerOf(event) {
  const principal = await authorizer.identify(tokenOf(event));
  const { sourceIp } = event.requestContext.identity;
  const connect = guardConnectClient(unguarded, authorizer, principal, { sourceIp });
  return { principal, sourceIp, connect };
}

/** Added: the one Authorization header; a request with two of them is refused. */
function tokenOf({ multiValueHeaders }) {
  const named = Object.entries(multiValueHeaders ?? {}).filter(
    ([name]) => name.toLowerCase() === "authorization",
  );
  const [token = "", second] = named.flatMap(([, values]) => values);
  return second === undefined ? token : "";
}

async function lookUp({ connect }, { pathParameters: { agentId } }) {
  const { User } = await connect.send(new DescribeUserCommand({ InstanceId, UserId: agentId }));
  return { name: User.Username, routingProfile: User.RoutingProfileId, team: User.HierarchyGroupId };
}

async function remove({ connect }, { pathParameters: { agentId } }) {
  await connect.send(new DeleteUserCommand({ InstanceId, UserId: agentId }));
  return { removed: agentId };
}

async function move({ principal, sourceIp, connect }, { pathParameters: { agentId }, body }) {
  const { routingProfile, team } = JSON.parse(body);
  const profile = { InstanceId, UserId: agentId, RoutingProfileId: routingProfile };
  const hierarchy = { InstanceId, UserId: agentId, HierarchyGroupId: team };
  // Added: both calls are decided before the first is sent, so that no agent is moved by half.
  const calls = [
    { operation: "UpdateUserRoutingProfile", input: profile },
    { operation: "UpdateUserHierarchy", input: hierarchy },
  ];
  for (const call of calls) {
    const decision = await authorizer.decide({ ...call, principal, sourceIp, client: unguarded });
    if (decision.outcome !== "allow") throw new Refused(decision);
  }
  await connect.send(new UpdateUserRoutingProfileCommand(profile));
  await connect.send(new UpdateUserHierarchyCommand(hierarchy));
  return { moved: agentId };
}

class Refused extends Error {
  name = "AccessDeniedException";
  constructor({ reason, message }) {
    super(message);
    const statuses = { invalidInput: 400, unauthorized: 401 };
    // Without a reason it is the policies that deny; any other reason is a fault.
    this.$metadata = { httpStatusCode: reason === undefined ? 403 : (statuses[reason] ?? 503) };
  }
}

/** Added: 401 for a refused token; for a denied call 403, as Amazon Connect itself would answer. */
function refusalOf(error) {
  if (error instanceof AuthorizerError && error.code === "unauthorized")
    return answer(401, { message: "Unauthorized" });
  const status = error.$metadata?.httpStatusCode;
  if (status >= 400 && status < 500) return answer(status, { type: error.name, message: error.message });
  console.error(JSON.stringify({ level: "ERROR", name: error.name, message: error.message }));
  return answer(500, { message: "Internal error" });
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
