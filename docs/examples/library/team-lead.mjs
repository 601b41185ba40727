/**
 * `POST /agents/{agentId}/lead` makes an agent a team lead: three calls to Amazon Connect for one caller, all of them or none.
 * The function of an HTTP API (payload 2.0), or of a function URL.
 */
import {
  ConnectClient,
  TagResourceCommand,
  UpdateUserRoutingProfileCommand,
  UpdateUserSecurityProfilesCommand,
} from "@aws-sdk/client-connect";
import { createAuthorizer, guardConnectClient, TokenRefusedError } from "connect-authorizer";

const { INSTANCE_ARN, LEAD_ROUTING_PROFILE, LEAD_SECURITY_PROFILE } = process.env;
const InstanceId = INSTANCE_ARN.split("/")[1];

/** May do all that the function's role may: it looks up tags, and the guard sends by it. */
const unguarded = new ConnectClient({});
const authorizer = await createAuthorizer({ config: process.env.CONFIG ?? "config" });

export async function handler(event) {
  try {
    const principal = await authorizer.identify(event.headers.authorization ?? "");
    const { sourceIp } = event.requestContext.http;
    return await makeLead({ principal, sourceIp }, stepsFor(event.pathParameters.agentId));
  } catch (error) {
    if (error instanceof TokenRefusedError) return answer(401, { message: error.message });
    console.error(JSON.stringify({ level: "ERROR", name: error.name, message: error.message }));
    return answer(500, { message: "Internal error" });
  }
}

function stepsFor(UserId) {
  const user = { InstanceId, UserId };
  return [
    {
      operation: "UpdateUserSecurityProfiles",
      Command: UpdateUserSecurityProfilesCommand,
      input: { ...user, SecurityProfileIds: [LEAD_SECURITY_PROFILE] },
    },
    {
      operation: "UpdateUserRoutingProfile",
      Command: UpdateUserRoutingProfileCommand,
      input: { ...user, RoutingProfileId: LEAD_ROUTING_PROFILE },
    },
    {
      operation: "TagResource",
      Command: TagResourceCommand,
      input: { resourceArn: `${INSTANCE_ARN}/agent/${UserId}`, tags: { role: "lead" } },
    },
  ];
}

async function makeLead({ principal, sourceIp }, steps) {
  // All are decided before the first is sent: a denial leaves nothing half done.
  for (const { operation, input } of steps) {
    const decision = await authorizer.decide({ principal, operation, input, sourceIp, client: unguarded });
    if (decision.outcome !== "allow") return answer(403, { denied: operation, message: decision.message });
  }
  // Each is decided again when it is sent: what the guard sends is what it decided.
  const connect = guardConnectClient(unguarded, authorizer, principal, { sourceIp });
  const done = [];
  for (const { operation, Command, input } of steps) {
    try {
      await connect.send(new Command(input));
    } catch (error) {
      // Amazon Connect refused it, or a tag changed in the meantime. Each step only sets a value, so the caller may try again.
      return answer(error.$metadata?.httpStatusCode ?? 502, {
        done,
        failed: operation,
        message: error.message,
      });
    }
    done.push(operation);
  }
  return answer(200, { done });
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
