/**
 * What an instance and its replica share, phone numbers and traffic distribution groups, wherever an operation takes one:
 * decided exactly as it is sent, sent exactly as it was decided, and to the Region that the request says.
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { createProxyHandler, type ProxyHandler } from "../../functions/proxy/handler.ts";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import { createBundle } from "../../shared/bundle/bundle.ts";
import { parseInstanceArn } from "../../shared/bundle/rules/instance-arn.ts";
import { sharedTypes } from "../../shared/catalog/resource-arn.ts";
import type { OperationRow, TargetSpec } from "../../shared/catalog/types.ts";
import type { ConnectInstance } from "../../shared/request/types.ts";
import type { SdkOperation } from "../../tools/catalog/sdk-operations.ts";
import { instanceArn, place } from "../catalog/synthetic-input.ts";
import { makeWireInput } from "../catalog/wire-input.ts";
import { recordConnect } from "../functions/recording-connect.ts";
import { proxyEventOf, restRequest } from "../functions/wire-request.ts";
import { allowAll, bundleOf, caller, served } from "./attempts.ts";

const [home, replica] = ["us-east-1", "us-west-2"];
const id = "5a1d2c3b-0000-4000-8000-00000000000b";

vi.stubEnv("AWS_ACCESS_KEY_ID", "none");
vi.stubEnv("AWS_SECRET_ACCESS_KEY", "none");
const connect = recordConnect();
afterAll(() => {
  connect.restore();
  vi.unstubAllEnvs();
});

/** The instance at home and its replica. */
const instances: readonly ConnectInstance[] = [home, replica].map((region) => {
  const instance = parseInstanceArn(instanceArn.replace(home, region));
  if (!instance) throw new Error(region);
  return instance;
});

/** A place in an operation's input where one of the types may stand. */
interface SharedPlace {
  readonly name: string;
  readonly row: OperationRow;
  readonly spec: TargetSpec;
  readonly type: string;
  /** The whole input as JSON, `VALUE` at the place. */
  readonly text: string;
  readonly namesInstance: boolean;
}

function typesAt({ type, types = [...sharedTypes] }: TargetSpec): readonly string[] {
  return (type === "arn" ? types : [type]).filter((each) => sharedTypes.has(each));
}

const places = served.flatMap(({ row, operation }) =>
  row.targets.flatMap((spec) =>
    // Where an ARN of any service may stand, it is sent as it stands: `named-arns.test.ts`.
    spec.source === "*" || spec.orAnyArn
      ? []
      : typesAt(spec).map((type) => placeOf(operation, row, { spec, type })),
  ),
);

function placeOf(
  operation: SdkOperation,
  row: OperationRow,
  { spec, type }: { readonly spec: TargetSpec; readonly type: string },
): SharedPlace {
  const { source } = spec;
  const index = operation.leaves.findIndex(({ path }) => path === source);
  const { TargetArn: _target, ...rest } = makeWireInput(operation, source);
  const { InstanceId: _instance, ...others } = rest;
  // `you must enter InstanceId or TargetArn`: each by itself.
  const input = source === "TargetArn" ? { ...others, TargetArn: `id-${index}` } : rest;
  const text = JSON.stringify(input).replace(new RegExp(`"[^"]*\\bid-${index}\\b[^"]*"`), '"VALUE"');
  if (!text.includes("VALUE")) throw new Error(`${row.name} has nothing at ${source}`);
  return { name: `${row.name}, ${source}`, row, spec, type, text, namesInstance: "InstanceId" in input };
}

function arnOf(type: string, region: string, account = place.accountId, partition = "aws"): string {
  return `arn:${partition}:connect:${region}:${account}:${type}/${id}`;
}

/** How a request says what it names, and where it goes. */
interface Spelled {
  readonly value: string;
  /** What stands before the route. */
  readonly prefix: string;
}

const records: DecisionRecord[] = [];
const handlers = new Map<string, ProxyHandler>();

/** The proxy of both instances, with statements for its policy. */
function proxyWith(statements: readonly object[]): ProxyHandler {
  const key = JSON.stringify(statements);
  const known = handlers.get(key);
  if (known) return known;
  const { policies, config } = bundleOf(statements);
  const packagedBundle = createBundle({ ...config, instances }, policies);
  const proxy = createProxyHandler({}, { packagedBundle, onRecord: (record) => records.push(record) });
  handlers.set(key, proxy);
  return proxy;
}

/** Sends a request through the proxy, and tells what Connect received and what was asked. */
async function send(statements: readonly object[], at: SharedPlace, { value, prefix }: Spelled) {
  connect.received.length = 0;
  const request = restRequest(at.row, JSON.parse(at.text.replace("VALUE", value)));
  const event = proxyEventOf({ ...request, path: `${prefix}${request.path}` }, caller);
  const { statusCode } = await proxyWith(statements)(event);
  const [received, ...more] = connect.received;
  if (more.length > 0) throw new Error("more than one call");
  const sent = received && decodeURIComponent(JSON.stringify([received.path, received.query, received.body]));
  return { status: statusCode, sent, host: received?.host, asks: records.at(-1)?.asks ?? [] };
}

const denied = { status: 403, sent: undefined };

/** Where a request goes: where it says, with its instance, or else where what it names is. */
function regionOf({ namesInstance }: SharedPlace, prefix: string, named: string): string {
  if (prefix !== "") return replica;
  return !namesInstance && named === replica ? replica : home;
}

describe.each(places)("$name, as a $type", (at) => {
  const { spec, type, namesInstance } = at;
  const takesId = spec.type !== "arn";
  const prefixes = ["", `/regions/${replica}`];

  it.each([
    ["its id", undefined],
    ["the ARN of home", home],
    ["the ARN of the replica's Region", replica],
    ["the ARN of a Region that is not configured", "eu-west-1"],
  ])("is decided exactly as it is sent, and sent exactly as it was decided: %s", async (_, named) => {
    for (const prefix of named || takesId ? prefixes : []) {
      const here = regionOf(at, prefix, named ?? home);
      const asked = arnOf(type, named ?? here);
      const isOwn = (named ?? here) === here;
      const spelled = { value: named ? asked : id, prefix };

      const allowed = await send([allowAll], at, spelled);
      expect(allowed).toMatchObject({ status: 200, host: `connect.${here}.amazonaws.com` });
      expect(allowed.asks).toContainEqual(expect.objectContaining({ resource: asked, sort: spec.sort }));
      expect(allowed.sent).toContain(takesId && isOwn ? id : asked);
      if (takesId && isOwn) expect(allowed.sent).not.toContain(`:${type}/${id}`);

      const deny = (...Resource: string[]) => [allowAll, { Effect: "Deny", Action: "*", Resource }];
      expect(await send(deny(asked), at, spelled)).toMatchObject(denied);
      const others = [home, replica, "eu-west-1"].map((region) => arnOf(type, region));
      const notThis = others.filter((arn) => arn !== asked);
      expect(await send(deny(...notThis), at, spelled)).toMatchObject({ status: 200, sent: allowed.sent });
      const allBut = (NotResource: string) => [{ Effect: "Allow", Action: "*", NotResource }];
      const isRequired = spec.sort === "required";
      expect((await send(allBut(asked), at, spelled)).status).toBe(isRequired ? 403 : 200);

      // Administrator guide, "Allow or Deny queue API actions for phone numbers in a replica Region": both formats.
      if (type !== "phone-number" || !namesInstance || isOwn) continue;
      const other = `${instanceArn.replace(home, here)}/phone-number/${id}`;
      expect(allowed.asks).toContainEqual(expect.objectContaining({ resource: other, sort: spec.sort }));
      expect(await send(deny(other), at, spelled)).toMatchObject(denied);
      expect((await send(allBut(other), at, spelled)).status).toBe(isRequired ? 403 : 200);
    }
  });

  it.each([
    ["another account", arnOf(type, home, "999999999999")],
    ["another account, in the replica's Region", arnOf(type, replica, "999999999999")],
    ["another partition", arnOf(type, home, place.accountId, "aws-us-gov")],
    ["another partition, in the replica's Region", arnOf(type, replica, place.accountId, "aws-us-gov")],
    ["the account `aws`", arnOf(type, home, "aws")],
    ["no account", arnOf(type, home, "")],
    ["a wildcard for the Region", arnOf(type, "*")],
    ["a dot segment for the Region", arnOf(type, "..")],
    ["a Region in capitals", arnOf(type, replica.toUpperCase())],
    ["every one of another Region", arnOf(type, replica).replace(id, "*")],
    ["no Region", arnOf(type, "")],
  ])("is refused when its ARN has %s", async (_, value) => {
    for (const prefix of prefixes) {
      const { status, sent } = await send([allowAll], at, { value, prefix });
      expect([value, sent, [400, 403].includes(status)]).toEqual([value, undefined, true]);
    }
  });
});

it("stands in every operation that takes one", () => {
  const counts = [...sharedTypes].map((type) => places.filter((at) => at.type === type).length);
  expect(Math.min(...counts)).toBeGreaterThan(10);
  // A call that is authorized on the older format is authorized on the newer one too, at the same place.
  const older = served.flatMap(({ row }) =>
    row.targets
      .filter(({ type, source, orAnyArn }) => type === "legacy-phone-number" && source !== "*" && !orAnyArn)
      .map(({ source }) => `${row.name}, ${source}`),
  );
  expect(places.filter(({ type }) => type === "phone-number").map(({ name }) => name)).toEqual(
    expect.arrayContaining(older),
  );
});

/** Operations of whose input the SDK's documentation says that a call in the other Region must give the whole ARN. */
function documentedOperations(): { readonly numbers: readonly string[]; readonly groups: readonly string[] } {
  const types = resolve(import.meta.dirname, "../../node_modules/@aws-sdk/client-connect/dist-types");
  const read = (folder: string) =>
    readdirSync(resolve(types, folder)).map((file) => ({
      file,
      text: readFileSync(resolve(types, folder, file), "utf8").replace(/\s*\n\s*\*?\s*/g, " "),
    }));
  const numbers = read("commands").filter(({ text }) => /must provide a full phone number ARN/.test(text));
  const requests = read("models").flatMap(({ text }) =>
    text.split("export interface ").filter((each) => /^\w+Request /.test(each)),
  );
  const groups = requests.filter((each) =>
    /ARN must be provided if the call is from the replicated/.test(each),
  );
  return {
    numbers: numbers.map(({ file }) => file.replace("Command.d.ts", "")),
    groups: groups.map((each) => each.slice(0, each.indexOf("Request "))),
  };
}

it("stands wherever the SDK's documentation says that the ARN has to", () => {
  const { numbers, groups } = documentedOperations();
  expect([numbers.length, groups.length].every((count) => count >= 4)).toBe(true);
  const of = (type: string) => places.filter((at) => at.type === type).map(({ row }) => row.name);
  expect(of("phone-number")).toEqual(expect.arrayContaining([...numbers]));
  expect(of("traffic-distribution-group")).toEqual(expect.arrayContaining([...groups]));
});
