/** The door of AuthZEN around a bundle, and all that it records. */
import { createAuthzenHandler } from "../../../functions/authzen/handler.ts";
import type { DecisionRecord } from "../../../shared/audit/record.ts";
import type { Bundle, Configuration } from "../../../shared/bundle/types.ts";
import { assertRecord } from "../../audit/assert-record.ts";
import {
  type Around,
  bundleOf,
  instanceArn,
  instanceId,
  proxyEvent,
  type Statement,
  tokenOf,
} from "../lambda-fixture.ts";

export interface AuthzenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface AuthzenFacts {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly context?: object;
}

export class AuthzenDoor {
  readonly records: DecisionRecord[] = [];
  readonly #handler: ReturnType<typeof createAuthzenHandler>;

  constructor(bundle: Bundle, { environment, onRecord, table }: Around = {}) {
    this.#handler = createAuthzenHandler(
      { CONNECT_ENDPOINT: "http://127.0.0.1:9", ...environment },
      {
        packagedBundle: bundle,
        onRecord: (record) => {
          this.records.push(assertRecord(record));
          onRecord?.();
        },
        ...(table ? { table } : {}),
      },
    );
  }

  evaluate(body: unknown, facts?: AuthzenFacts): Promise<AuthzenAnswer> {
    return this.post("/access/v1/evaluation", body, facts);
  }

  evaluations(body: unknown, facts?: AuthzenFacts): Promise<AuthzenAnswer> {
    return this.post("/access/v1/evaluations", body, facts);
  }

  /** @param body text as it is; anything else as its JSON */
  post(path: string, body: unknown, facts: AuthzenFacts = {}): Promise<AuthzenAnswer> {
    return this.send("POST", path, typeof body === "string" ? body : JSON.stringify(body), facts);
  }

  async send(
    method: string,
    path: string,
    body: string | null,
    { token = tokenOf(), headers = {}, context = {} }: AuthzenFacts = {},
  ): Promise<AuthzenAnswer> {
    const event = proxyEvent(method, path, {}, { token, body });
    const all = { ...event.headers, ...headers };
    const many = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [String(value)]]));
    const requestContext = { ...event.requestContext, ...context };
    const answer = await this.#handler({ ...event, headers: all, multiValueHeaders: many, requestContext });
    const isJson = answer.headers?.["content-type"] === "application/json";
    return {
      status: answer.statusCode,
      headers: answer.headers ?? {},
      body: isJson ? JSON.parse(answer.body) : answer.body,
    };
  }
}

/** The door around a bundle that attaches the given statements to the group `callers`. */
export function openDoor(
  statements: readonly Statement[],
  config: Partial<Configuration> = {},
  around: Around = {},
): AuthzenDoor {
  return new AuthzenDoor(
    bundleOf(statements, { doors: { authzen: true }, ...config }, around.policies),
    around,
  );
}

/** The caller of `tokenOf`. */
export const self = { type: "user", id: "alice" } as const;

export const userArn = (id: string) => `${instanceArn}/agent/${id}`;

export function user(id: string, more: object = {}) {
  return { type: "user", id, properties: { InstanceId: instanceId, ...more } };
}

/** May the caller describe this user? */
export function describing(id: string, subject: object = self) {
  return { subject, action: { name: "DescribeUser" }, resource: user(id) };
}
