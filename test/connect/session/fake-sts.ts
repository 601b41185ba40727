/**
 * A small AWS STS on this machine: AssumeRole in the query protocol, answered in XML as the API reference shows it, or
 * failing as told. The real protocol is held against moto in test/aws.
 */
import { type Fault, type FaultyServer, response, startFaultyServer } from "../faulty-server.ts";

/** The form of one request. */
export type AssumeRoleForm = Readonly<Record<string, string>>;

export interface FakeSts extends Pick<FaultyServer, "url" | "close" | "idle"> {
  readonly forms: readonly AssumeRoleForm[];
  /** Makes the following requests fail; `undefined` for success. */
  fail(fault: Fault | undefined): void;
}

/** Access key of the session with a name: what a Connect call signed with it shows. */
export function accessKeyOf(sessionName: string): string {
  return `ASIA${Buffer.from(sessionName, "utf8").toString("hex").toUpperCase()}`;
}

/** Starts it. */
export async function startFakeSts(expiresInSeconds = 3_600): Promise<FakeSts> {
  const forms: AssumeRoleForm[] = [];
  let failing: Fault | undefined;
  const server = await startFaultyServer((socket, request) => {
    const form = Object.fromEntries(new URLSearchParams(request.body));
    forms.push(form);
    if (failing) failing(socket, request);
    else socket.write(response(200, success(form, expiresInSeconds), xml));
  });
  return {
    url: server.url,
    forms,
    fail: (fault) => {
      failing = fault;
    },
    idle: () => server.idle(),
    close: () => server.close(),
  };
}

const xml = { "content-type": "text/xml" };

function success(form: AssumeRoleForm, expiresInSeconds: number): string {
  const name = form["RoleSessionName"] ?? "";
  const expiration = new Date(Date.now() + expiresInSeconds * 1000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROA:${name}</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/${name}</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>${accessKeyOf(name)}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>token-of-${name}</SessionToken><Expiration>${expiration}</Expiration></Credentials>
</AssumeRoleResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></AssumeRoleResponse>`;
}

/** STS's own refusal. */
export function stsError(status: number, code: string): Fault {
  const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>
<Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`;
  return (socket) => socket.write(response(status, body, xml));
}
