/** What a console, a wallboard and a CRM call: each call is answered, and its answer fits the schema of its output. */
import { describe, expect, it } from "vitest";
import { useWireClient } from "../walk/wire-client.ts";
import calls from "./calls.json" with { type: "json" };
import { type Call, Script } from "./scripts.ts";

describe("every call is answered of", () => {
  const send = useWireClient();
  const { console, wallboard, crm } = calls;

  it.each(Object.entries({ console, wallboard, crm }))("a %s", async (_program, made) => {
    const script = new Script(send);
    await expect(script.run(made as unknown as Call[])).resolves.toBeDefined();
  });
});
