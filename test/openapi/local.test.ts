/** `GET /openapi.json` of the local gateway, and nowhere else. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../tools/authoring/configuration/load-configuration.ts";
import { type LocalGateway, startLocal } from "../../tools/local/start-local.ts";
import { allowAll, given } from "../functions/lambda-fixture.ts";
import { documentOf } from "./described.ts";

const configFolder = "examples/aws";

describe("GET /openapi.json", () => {
  let gateway: LocalGateway;
  beforeAll(async () => {
    gateway = await startLocal({
      ...{ port: 0, api: "rest", connect: { kind: "embedded" }, configFolder, environment: {} },
      ...{ load: loadConfiguration, program: "npx connect-authorizer", print: () => undefined },
    });
  });
  afterAll(() => gateway.close());

  it("is what the command writes, for this gateway's address, without a token", async () => {
    const loaded = await loadConfiguration(configFolder);
    if (!loaded.ok) throw new Error("examples");
    const response = await fetch(`${gateway.url}/openapi.json`);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(await response.json()).toEqual(documentOf(loaded.bundle.config, [gateway.url]));
  });

  it("is not for a page whose name was made to point here", async () => {
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(gateway.url);
      const sent = request({ port, path: "/openapi.json", headers: { host: "evil.test" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.once("error", reject).end();
    });
    expect(status).toBe(403);
  });

  it("is no route of the deployed functions", async () => {
    const { status, body } = await given([allowAll]).call("GET", "/openapi.json");
    expect([status, body.__type]).toEqual([404, "UnknownOperationException"]);
  });
});
