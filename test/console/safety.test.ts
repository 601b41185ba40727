/** What the console answers, and what it refuses: another site's page, another name of this machine, a frame, a request without its token. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tokenHeader } from "../../tools/console/api.ts";
import { findAssetsFolder } from "../../tools/console/server/assets.ts";
import { ConfigurationFiles } from "../../tools/console/server/configuration-files.ts";
import { LocalConsole } from "../../tools/console/server/console.ts";
import { httpApi, restApi } from "../../tools/local/gateway/events/api-shape.ts";
import { type Reply, send, startTestGateway } from "../local/gateway/gateway-harness.ts";

type Headers = readonly (readonly [string, string])[];

const configuration = { ok: false, name: "examples", problem: "not in this test" } as const;

async function start(shape = restApi) {
  const pages = new LocalConsole({
    configuration: async () => configuration,
    others: async () => ({ environments: [], hasCandidate: false, hasRevisions: false }),
    other: async (which) => ({ ...configuration, name: which.kind }),
    files: new ConfigurationFiles("examples/aws"),
    firstCalls: () => ["curl -i URL"],
  });
  const gateway = await startTestGateway({ shape, pages });
  const get = (path: string, headers: Headers = [], method = "GET"): Promise<Reply> =>
    send(gateway.url, { method, path, headers });
  const token = async () => /name="console-token" content="(\w+)"/.exec((await get("/_console/")).text)?.[1];
  return { pages, gateway, get, token, host: new URL(gateway.url).host };
}

const html: Headers = [["Accept", "text/html,application/xhtml+xml,*/*;q=0.8"]];

describe.each([
  ["rest", restApi],
  ["http", httpApi],
])("the root of the gateway, with --api %s", (_, shape) => {
  it("leads a browser to the console", async () => {
    const { get } = await start(shape);
    for (const method of ["GET", "HEAD"]) {
      const answer = await get("/", html, method);
      expect([answer.status, answer.headers.location]).toEqual([303, "/_console/"]);
    }
    expect((await get("/_console", html)).headers.location).toBe("/_console/");
  });

  it("answers a client of the API as before", async () => {
    const { get, gateway } = await start(shape);
    for (const headers of [[], [["Accept", "*/*"]], [["Accept", "application/json"]]] as Headers[])
      expect((await get("/", headers)).status).toBe(401);
    expect((await get("/", html, "POST")).status).toBe(401);
    expect((await get("/", [...html, ["Host", "rebound.example"]])).status).toBe(401);
    expect(gateway.proxyEvents).toEqual([]);
  });

  it("gives the functions no request for the console", async () => {
    const { get, gateway } = await start(shape);
    for (const path of [
      "/_console/",
      "/_console/none.js",
      "/_console/api/configuration",
      "/_console/api/none",
    ])
      for (const method of ["GET", "POST", "OPTIONS", "DELETE"])
        await get(path, [["Authorization", "Bearer a.b.c"]], method);
    expect([gateway.authorizerEvents, gateway.proxyEvents]).toEqual([[], []]);
  });
});

describe("the console", () => {
  it("is a document with scripts and styles of its own, which browsers may keep", async () => {
    const { get } = await start();
    const page = await get("/_console/");
    expect(page.status).toBe(200);
    expect(page.headers["cache-control"]).toBe("no-store");
    const names = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = ""]) => name);
    expect(names.length).toBe(4);
    for (const name of names) {
      expect(name).toMatch(/^[a-z]+-[A-Z0-9]{8}\.(?:js|css|svg)$/);
      const file = await get(`/_console/${name}`);
      expect(file.status).toBe(200);
      expect(file.headers["cache-control"]).toBe("private, max-age=31536000, immutable");
    }
    expect(page.text).not.toMatch(/https?:|<script>|<style| on\w+=/);
  });

  it("has no other files", async () => {
    const { get } = await start();
    for (const path of [
      "none.js",
      "../package.json",
      "..%2f..%2fpackage.json",
      "index.html",
      "api",
      "%2e%2e/app.js",
    ])
      expect((await get(`/_console/${path}`)).status, path).toBe(404);
    expect((await get("/_console/", [], "POST")).status).toBe(405);
  });

  it("forbids its page, by headers of every answer, to show or load anything from elsewhere", async () => {
    const { get } = await start();
    for (const path of ["/_console/", "/_console/none", "/_console/api/configuration", "/_console"]) {
      const { headers } = await get(path);
      const policy = String(headers["content-security-policy"]).split("; ");
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("form-action 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy.join()).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
      expect(headers).toMatchObject({
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  it("answers what is asked with the session's token, and nothing without it", async () => {
    const { get, token } = await start();
    const own = (await token()) ?? "";
    expect(own).toMatch(/^[0-9a-f]{64}$/);
    const answer = await get("/_console/api/configuration", [[tokenHeader, own]]);
    expect([answer.status, answer.json()]).toEqual([200, configuration]);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const other = (await (await start()).token()) ?? "";
    const wrong: Headers[] = [
      [],
      [[tokenHeader, ""]],
      [[tokenHeader, other]],
      [
        [tokenHeader, own],
        [tokenHeader, own],
      ],
    ];
    for (const headers of wrong) expect((await get("/_console/api/configuration", headers)).status).toBe(403);
  });
});

describe("refused, with the token and without it", () => {
  const cases: Record<string, (host: string) => Headers> = {
    "another name that was made to point here": () => [["Host", "rebound.example"]],
    "a name that only begins like one of this machine": () => [["Host", "localhost.example:80"]],
    "an address of this machine in the network": () => [["Host", "192.168.1.20:3000"]],
    "two names": (host) => [
      ["Host", host],
      ["Host", "rebound.example"],
    ],
    "no name": () => [["Host", ""]],
    "a page of another site": () => [
      ["Sec-Fetch-Site", "cross-site"],
      ["Sec-Fetch-Mode", "no-cors"],
    ],
    "a page on another port of this machine": () => [
      ["Sec-Fetch-Site", "same-site"],
      ["Sec-Fetch-Mode", "cors"],
    ],
    "a form of another site": () => [
      ["Origin", "https://rebound.example"],
      ["Sec-Fetch-Site", "cross-site"],
      ["Sec-Fetch-Mode", "navigate"],
      ["Sec-Fetch-Dest", "document"],
    ],
    "a page with an origin that it hides": () => [["Origin", "null"]],
    "a page of another port, by its origin": () => [["Origin", "http://127.0.0.1:1"]],
    "a frame of another site": () => [
      ["Sec-Fetch-Site", "cross-site"],
      ["Sec-Fetch-Mode", "navigate"],
      ["Sec-Fetch-Dest", "iframe"],
    ],
    "a frame of its own": () => [
      ["Sec-Fetch-Site", "same-origin"],
      ["Sec-Fetch-Mode", "navigate"],
      ["Sec-Fetch-Dest", "iframe"],
    ],
  };

  it.each(Object.entries(cases))("%s", async (_, headersOf) => {
    const { get, token, host } = await start();
    const headers = headersOf(host);
    const own = await token();
    for (const path of ["/_console/", "/_console/api/configuration"])
      for (const method of ["GET", "POST"]) {
        const answer = await get(path, [...headers, [tokenHeader, own ?? ""]], method);
        // Node.js itself refuses a second or an empty name.
        expect([400, 403], `${method} ${path}`).toContain(answer.status);
        expect(answer.text).not.toContain(own);
      }
  });

  it("but a link of another site may lead here, to the page alone", async () => {
    const { get } = await start();
    const link: Headers = [
      ["Sec-Fetch-Site", "cross-site"],
      ["Sec-Fetch-Mode", "navigate"],
      ["Sec-Fetch-Dest", "document"],
    ];
    expect((await get("/_console/", link)).status).toBe(200);
    expect((await get("/_console/", link, "POST")).status).toBe(403);
    expect((await get("/_console/api/configuration", link)).status).toBe(403);
  });

  it("and its own page is not", async () => {
    const { get, token, host } = await start();
    for (const origin of [`http://${host}`, undefined])
      for (const name of [host, host.replace("127.0.0.1", "localhost")]) {
        const sent: Headers = [
          ["Host", name],
          ["Sec-Fetch-Site", "same-origin"],
          [tokenHeader, (await token()) ?? ""],
          ...(origin === undefined ? [] : [["Origin", `http://${name}`] as const]),
        ];
        expect((await get("/_console/api/configuration", sent)).status).toBe(200);
      }
  });
});

describe("what happens at the gateway", () => {
  it("is told to a page that asks, as soon as it happens", async () => {
    const { pages, get, token } = await start();
    const sent: Headers = [[tokenHeader, (await token()) ?? ""]];
    expect((await get("/_console/api/events", sent)).json()).toEqual({ next: 0, events: [] });
    const waiting = get("/_console/api/events?after=0", sent);
    const event = { kind: "configuration", version: "abc" } as const;
    setTimeout(() => pages.publish(event), 20);
    expect((await waiting).json()).toEqual({ next: 1, events: [event] });
    pages.publish({ ...event, version: "def" });
    expect((await get("/_console/api/events?after=0", sent)).json()).toEqual({
      next: 2,
      events: [event, { ...event, version: "def" }],
    });
  });

  it("ends the waiting of pages when the gateway stops", async () => {
    const { pages, get, token } = await start();
    const sent: Headers = [[tokenHeader, (await token()) ?? ""]];
    const waiting = get("/_console/api/events?after=0", sent);
    setTimeout(() => pages.close(), 20);
    expect((await waiting).json()).toEqual({ next: 0, events: [] });
  });
});

it("is found where `npm run build` puts it", () => {
  expect(existsSync(`${findAssetsFolder()}/index.html`)).toBe(true);
  expect(findAssetsFolder("/")).toBeUndefined();
});
