/** What the roles that `init` writes may do: the same calls by AWS's SDKs for JavaScript and for Python. */
import { spawn } from "node:child_process";
import { ConnectClient } from "@aws-sdk/client-connect";
import { findCommand } from "../../../shared/catalog/commands.ts";
import { seedIds } from "../../local/connect/seed.ts";

interface RoleCall {
  readonly role: string;
  readonly title: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: 200 | 403;
}

interface CallOptions {
  readonly url: string;
  readonly arn: string;
  /** By role. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** @returns each call's title, with what is different from what is expected */
export async function callAsRoles({
  url,
  arn,
  tokens,
}: CallOptions): Promise<[string, string | undefined][]> {
  const [, , , region = "", , path = ""] = arn.split(":");
  const instance = path.slice("instance/".length);
  const nobody = await fetch(`${url}/users/${instance}/${seedIds.user}`);
  const results: [string, string | undefined][] = [
    ["a call without a token", differenceOf(401, nobody.status)],
  ];
  const bySdk = roleCalls(instance, "sdk");
  for (const call of bySdk) {
    const status = await sendBySdk(call, { url, region, token: tokens[call.role] ?? "" });
    results.push([`SDK: ${call.title}`, differenceOf(call.status, status)]);
  }
  const byBoto3 = roleCalls(instance, "boto3");
  const statuses = await sendByBoto3({ url, region, tokens, calls: byBoto3 });
  for (const [index, { title, status }] of byBoto3.entries()) {
    results.push([`boto3: ${title}`, differenceOf(status, statuses[index])]);
  }
  return results;
}

function roleCalls(instance: string, client: "sdk" | "boto3"): readonly RoleCall[] {
  const user = { InstanceId: instance, UserId: seedIds.user };
  const userWith = (profile: string) => ({
    InstanceId: instance,
    Username: `made-by-${client}`,
    RoutingProfileId: seedIds.routingProfile,
    SecurityProfileIds: [profile],
    PhoneConfig: { PhoneType: "SOFT_PHONE" },
  });
  const contact = { InstanceId: instance, ContactId: seedIds.contact, InitialContactId: seedIds.contact };
  const recording = { ...contact, VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" } };
  const calls: readonly [string, string, string, object, 200 | 403][] = [
    ["supervisors", "see an agent", "DescribeUser", user, 200],
    ["supervisors", "delete no agent", "DeleteUser", user, 403],
    ["recorders", "see no agent", "DescribeUser", user, 403],
    // A recording is started once, and stopped once.
    client === "sdk"
      ? ["recorders", "start a recording", "StartContactRecording", recording, 200]
      : ["recorders", "stop it", "StopContactRecording", contact, 200],
    ["hr", "create an agent", "CreateUser", userWith(seedIds.agentProfile), 200],
    ["hr", "create no administrator", "CreateUser", userWith(seedIds.adminProfile), 403],
    ["hr", "start no recording", "StartContactRecording", recording, 403],
  ];
  return calls.map(([role, title, operation, input, status]) => ({
    role,
    title: `${role} ${title}`,
    operation,
    input: { ...input },
    status,
  }));
}

function differenceOf(expected: number, status: number | undefined): string | undefined {
  return status === expected ? undefined : `${status}, not ${expected}`;
}

async function sendBySdk(
  { operation, input }: RoleCall,
  { url, region, token }: { readonly url: string; readonly region: string; readonly token: string },
): Promise<number | undefined> {
  const client = new ConnectClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: "unused", secretAccessKey: "unused" },
    maxAttempts: 1,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request: { headers: Record<string, string> } };
      request.headers["authorization"] = `Bearer ${token}`;
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const Command = findCommand(operation);
  if (!Command) throw new Error(`no operation ${operation}`);
  const answer = await client.send(new Command(input)).catch((cause: unknown) => cause);
  client.destroy();
  const metadata = (answer as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata;
  return metadata?.httpStatusCode;
}

async function sendByBoto3(request: object): Promise<readonly number[]> {
  const child = spawn("python3", ["test/boto3/role_calls.py"], { stdio: ["pipe", "pipe", "inherit"] });
  let answer = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  child.stdin.end(JSON.stringify(request));
  const status = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (status !== 0) throw new Error(`test/boto3/role_calls.py ended with ${status}`);
  return JSON.parse(answer);
}
