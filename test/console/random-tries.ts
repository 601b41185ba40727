/** Random calls, decided as Try decides them and sent to a gateway with the same configuration. */
import { expect, onTestFinished } from "vitest";
import { targetOf } from "../../tools/authoring/own-request.ts";
import { loadPath } from "../../tools/cli/open-configuration.ts";
import type { GivenConfiguration } from "../../tools/console/api.ts";
import { TryModel } from "../../tools/console/page/try/try-model.ts";
import { startLocal } from "../../tools/local/start-local.ts";
import { Chooser } from "../policy/random-policies.ts";

const folder = "examples/aws";

export async function givenOf(path = folder): Promise<GivenConfiguration> {
  const loaded = await loadPath(path);
  if (!loaded.ok) throw new Error("the examples cannot be loaded");
  return { ok: true, name: path, prefix: `${path}/`, bundle: loaded.bundle, files: [], warnings: [] };
}

async function start(): Promise<string> {
  const gateway = await startLocal({
    ...{ port: 0, api: "rest", configFolder: folder, connect: { kind: "embedded" }, environment: {} },
    ...{ load: loadPath, program: "npx connect-authorizer", print: () => undefined },
  });
  onTestFinished(() => gateway.close());
  return gateway.url;
}

/** Inputs around what an operation requires: other ids, instances, tags, members that are missing or not there. */
export function variant(choose: Chooser, filled: string): Readonly<Record<string, unknown>> {
  const text = filled.replace(/some-[\w-]+-id/g, (id) => choose.of([id, id, "u 1/ä", "..", ""]));
  const input: Record<string, unknown> = JSON.parse(text);
  const [name] = Object.keys(input);
  if (choose.chance(0.2)) input["InstanceId"] = choose.of(["00000000-0000-4000-8000-000000000000", "", 7]);
  if (choose.chance(0.3)) input["Tags"] = choose.of([{}, { team: "a" }, { Department: "Support" }]);
  if (choose.chance(0.1) && name !== undefined) delete input[name];
  if (choose.chance(0.1)) input["MaxResults"] = choose.of([10, "10", -1]);
  if (choose.chance(0.03)) input["constructor"] = 1;
  return input;
}

/** Compares so many calls, and counts what Try decided. */
export async function compareRandomCalls(count: number, seed: number): Promise<ReadonlyMap<string, number>> {
  const [url, given] = [await start(), await givenOf()];
  const model = new TryModel(given);
  const choose = new Chooser(seed);
  const tokens = new Map<string, string>();
  const tokenFor = async (name: string) => {
    const { id: sub, ...caller } = model.callers.bound.get(name) ?? { id: "" };
    const known = tokens.get(name);
    if (known !== undefined) return known;
    const headers = { "content-type": "application/json", "x-local-token": "1" };
    const body = JSON.stringify({ sub, ...caller });
    const answer = await fetch(`${url}/local/token`, { method: "POST", headers, body });
    const { token }: { token: string } = JSON.parse(await answer.text());
    tokens.set(name, token);
    return token;
  };
  const came = new Map<string, number>();
  for (let at = 0; at < count; at++) {
    const name = choose.chance(0.3) ? "groups admins" : choose.of([...model.callers.bound.keys()]);
    const operation = choose.of(model.operations).name;
    const input = variant(choose, model.fill(operation));
    const caller = model.callers.bound.get(name);
    if (caller === undefined) throw new Error(name);
    const principal = model.principalOf(caller);
    const call = { principal, operation, input, userAgent: "try/1" };
    const { report, request } = await model.decide(call);
    const { method, body } = request;
    const answer = await fetch(`${url}${targetOf(request)}`, {
      method,
      headers: [
        ...request.headers.map(([header, value]): [string, string] => [header, value]),
        ["authorization", `Bearer ${await tokenFor(name)}`],
        ["user-agent", "try/1"],
        ["content-type", "application/json"],
      ],
      ...(body === "" ? {} : { body }),
    });
    const said = [name, operation, input, report.summary, answer.status, await answer.text()];
    came.set(report.outcome, (came.get(report.outcome) ?? 0) + 1);
    const isRefused = answer.status === 401 || answer.status === 403;
    if (report.outcome === "allow") expect(isRefused, JSON.stringify(said)).toBe(false);
    if (report.outcome === "deny") {
      // The authorizer denies what the proxy would refuse as malformed.
      const { answer: early } = report.authorizer ?? {};
      const expected = early === "deny" ? 403 : report.proxy.status;
      expect(answer.status, JSON.stringify(said)).toBe(expected);
    }
  }
  return came;
}
