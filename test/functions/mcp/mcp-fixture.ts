/** The function of the door for agents around a bundle, and the messages that a client would send. */
import { createMcpFunction, type McpHandler } from "../../../functions/mcp/handler.ts";
import type { DecisionRecord } from "../../../shared/audit/record.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { assertRecord } from "../../audit/assert-record.ts";
import { type Around, bundleOf, proxyEvent, type Statement, tokenOf } from "../lambda-fixture.ts";

export const versions = { newest: "2026-07-28", former: "2025-11-25" } as const;

export interface MessageFacts {
  readonly version?: string;
  readonly token?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface McpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: ReturnType<typeof JSON.parse>;
}

export class Agent {
  readonly records: DecisionRecord[] = [];
  readonly bundle: Bundle;
  readonly handler: McpHandler;

  constructor(source: readonly Statement[] | Bundle, { config, policies, ...around }: Around = {}) {
    this.bundle =
      "version" in source ? source : bundleOf(source, { doors: { mcp: true }, ...config }, policies);
    this.handler = createMcpFunction(
      { CONNECT_ENDPOINT: "http://127.0.0.1:9", ...around.environment },
      {
        packagedBundle: this.bundle,
        onRecord: (record) => void this.records.push(assertRecord(record)),
        ...(around.sending ? { sending: around.sending } : {}),
        ...(around.table ? { table: around.table } : {}),
      },
    );
  }

  /** Sends an HTTP request as it is. */
  async send(
    body: unknown,
    { token, claims, headers = {} }: MessageFacts = {},
    method = "POST",
  ): Promise<McpAnswer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const event = proxyEvent(method, "/mcp", {}, { token: token ?? tokenOf(claims), body: text });
    const all: Record<string, string> = {
      Accept: "application/json, text/event-stream",
      ...(event.headers as Record<string, string>),
      ...headers,
    };
    const answer = await this.handler({
      ...event,
      headers: all,
      multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers ?? {},
      body: answer.body === "" ? undefined : JSON.parse(answer.body),
    };
  }

  /** Sends a message of the protocol as a client of that version does. */
  ask(method: string, params: object = {}, facts: MessageFacts = {}): Promise<McpAnswer> {
    const { version = versions.newest } = facts;
    const isNewest = version >= versions.newest;
    const meta = {
      _meta: {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    };
    const name = "name" in params ? { "mcp-name": String(params.name) } : {};
    const headers = {
      "mcp-protocol-version": version,
      ...(isNewest ? { "mcp-method": method, ...name } : {}),
      ...facts.headers,
    };
    const message = { jsonrpc: "2.0", id: 1, method, params: isNewest ? { ...params, ...meta } : params };
    return this.send(message, { ...facts, headers });
  }

  async list(facts?: MessageFacts): Promise<readonly { readonly name: string }[]> {
    return (await this.ask("tools/list", {}, facts)).body.result.tools;
  }

  async call(name: string, given: object = {}, facts?: MessageFacts) {
    return (await this.ask("tools/call", { name, arguments: given }, facts)).body.result;
  }
}
