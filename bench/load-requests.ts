/**
 * The mix of calls for the load run: allowed, denied by the authorizer, denied by the proxy, refused; each with the one
 * right answer under the default configuration and the embedded Connect. None of them leaves anything behind.
 */

const east = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const west = "00fbeee1-123e-111e-93e3-11111bfbfcc17";
const user = "00dtcddd1-123e-111e-93e3-11111bfbfcc1";
const forbiddenProfile = "11dtcggg1-123e-111e-93e3-11111bfbfcc17";
const routingProfile = "22rp0001-123e-111e-93e3-11111bfbfcc17";
const contact = "55c00001-123e-111e-93e3-11111bfbfcc17";
const userArn = `arn:aws:connect:us-west-2:123456789012:instance/${west}/agent/${user}`;

/** One call and its right answer. */
export interface LoadRequest {
  readonly name: string;
  /** Group of the caller's token; `none` for a caller that no binding knows, `forged` for a token that does not verify. */
  readonly group: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly status: number;
  /** Text that the answer's body must hold. */
  readonly holds: string;
}

/** The mix; `variant` names one of the users that do not exist, so that paths differ. */
export function requestsOf(variant: number): readonly LoadRequest[] {
  const nobody = `nobody-${variant}`;
  const recording = JSON.stringify({
    InstanceId: east,
    ContactId: contact,
    InitialContactId: contact,
    VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" },
  });
  const create = JSON.stringify({
    Username: nobody,
    PhoneConfig: { PhoneType: "SOFT_PHONE" },
    SecurityProfileIds: [forbiddenProfile],
    RoutingProfileId: routingProfile,
  });
  const users = { east: `/users/${east}/${user}`, west: `/users/${west}/${user}` };
  const denied = (operation: string) =>
    `"message":"User: load is not authorized to perform: connect:${operation} on resource: `;
  const name = '{"IdentityInfo":{"FirstName":"Jane","LastName":"Doe"}}';
  const tags = `/tags/${encodeURIComponent(userArn)}`;
  return [
    allowed("operators describe a user", "operators", ["GET", users.east], `"Id":"${user}"`),
    allowed("admins list users", "admins", ["GET", `/users-summary/${west}?maxResults=5`], `"Id":"${user}"`),
    allowed("admins change a name", "admins", ["POST", `${users.west}/identity-info`, name], "{}"),
    allowed("admins tag by an ARN", "admins", ["POST", tags, '{"tags":{"load":"1"}}'], "{}"),
    allowed("admins read tags", "admins", ["GET", tags], '"load":"1"'),
    allowed(
      "admins describe by RPC",
      "admins",
      ["POST", "/operations/DescribeUser", JSON.stringify({ InstanceId: west, UserId: user })],
      `"Id":"${user}"`,
    ),
    {
      name: "admins look for nobody",
      group: "admins",
      method: "GET",
      path: `/users/${west}/${nobody}`,
      status: 404,
      holds: '"__type":"ResourceNotFoundException"',
    },
    refused("operators delete a user", "operators", ["DELETE", users.east], 403, denied("DeleteUser")),
    refused(
      "operators change a name",
      "operators",
      ["POST", `${users.east}/identity-info`, name],
      403,
      denied("UpdateUserIdentityInfo"),
    ),
    refused(
      "onboarding uses the forbidden profile",
      "onboarding",
      ["PUT", `/users/${west}`, create],
      403,
      denied("CreateUser"),
    ),
    refused(
      "recorders record elsewhere",
      "recorders",
      ["POST", "/contact/start-recording", recording],
      403,
      denied("StartContactRecording"),
    ),
    refused("a caller without a binding", "none", ["GET", users.east], 403, denied("DescribeUser")),
    refused("a forged token", "forged", ["GET", users.east], 401, '"__type":"UnauthorizedException"'),
    refused(
      "an unknown member",
      "admins",
      ["PUT", `/users/${west}`, '{"Usernme":"x"}'],
      400,
      '"message":"Usernme: ',
    ),
    refused("an unknown route", "admins", ["GET", "/no/such/route"], 404, "UnknownOperationException"),
  ];
}

type Line = readonly [method: string, path: string, body?: string];

function allowed(name: string, group: string, line: Line, holds: string): LoadRequest {
  return refused(name, group, line, 200, holds);
}

function refused(name: string, group: string, line: Line, status: number, holds: string): LoadRequest {
  const [method, path, body] = line;
  return { name, group, method, path, ...(body === undefined ? {} : { body }), status, holds };
}
