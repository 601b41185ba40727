/**
 * Calls as data, for any client to make: what test/boto3/local_connect.py sends too.
 *
 * A text `$name` stands for a value: one of `calls.json`'s names, which are the seed's ids, an hour, or what an earlier answer
 * gave. An `InstanceId` that is required and not named is that of the instance in us-east-1.
 */
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import type { Input } from "../walk/inputs.ts";
import type { WireClient } from "../walk/wire-client.ts";
import calls from "./calls.json" with { type: "json" };

/** An operation, its input, and which members of its answer get which name. */
export type Call = readonly [operation: string, input?: Input, keep?: Readonly<Record<string, string>>];

const hour = 3_600_000;

/** Makes calls one after the other, with the names that they share. */
export class Script {
  readonly #send: WireClient["send"];
  readonly #names = new Map<string, unknown>(Object.entries(calls.names));

  constructor(send: WireClient["send"]) {
    this.#send = send;
    const now = Math.floor(Date.now() / hour) * hour;
    for (const [name, hours] of Object.entries({ hourAgo: -1, now: 0, soon: 1 }))
      this.#names.set(name, new Date(now + hours * hour));
  }

  /** Makes the calls, with what of `at` each operation has; gives the members of all answers. */
  async run(calls: readonly Call[], at: Input = {}): Promise<Input> {
    const answers: Input = {};
    for (const [operation, input, keep] of calls) {
      const answer = await this.#send(operation, this.#inputOf(operation, { ...input }, at));
      for (const [name, path] of Object.entries(keep ?? {})) this.#names.set(name, valueAt(answer, path));
      Object.assign(answers, answer);
    }
    return answers;
  }

  #inputOf(operation: string, input: Input, at: Input): Input {
    for (const { name, required } of findOperation(operation)?.members ?? []) {
      input[name] ??= at[name] ?? (name === "InstanceId" && required ? "$instance" : undefined);
      if (input[name] === undefined) delete input[name];
    }
    return this.fill(input);
  }

  /** Puts values in place of names. */
  fill(value: unknown): Input {
    return JSON.parse(JSON.stringify(value), (_, inner: unknown) => {
      if (typeof inner !== "string" || !inner.startsWith("$")) return inner;
      const known = this.#names.get(inner.slice(1));
      if (known === undefined) throw new Error(`nothing is called ${inner}`);
      return known;
    });
  }
}

function valueAt(answer: unknown, path: string): unknown {
  return path.split(".").reduce((value, member) => Reflect.get(Object(value), member), answer);
}
