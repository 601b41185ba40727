/** The calls that show differences. */
import type { WrittenFacts } from "../tests/test-file.ts";

/** A call that the two configurations decide differently, as `explain` takes one. */
export interface ExampleCall {
  readonly older: "allow" | "deny";
  readonly newer: "allow" | "deny";
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: {
    readonly id: string;
    readonly name?: string;
    readonly groups: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
    readonly claims: Readonly<Record<string, string | readonly string[]>>;
    readonly issuer: string;
  };
  /** What Amazon Connect would tell, by resource. */
  readonly known?: Readonly<Record<string, WrittenFacts>>;
  /** The address that the call comes from, and its time; left out where they make no difference. */
  readonly from?: string;
  /** The door of an AI agent; left out for every other. */
  readonly via?: "mcp";
  readonly at?: string;
}
