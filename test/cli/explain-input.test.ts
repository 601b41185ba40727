/** The caller's file of `explain` and `what-can`: its claims are read as a token's are. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readPrincipal } from "../../tools/cli/explain-input.ts";

async function reading(text: string) {
  const file = join(await mkdtemp(join(tmpdir(), "caller-")), "caller.json");
  await writeFile(file, text);
  return readPrincipal(file);
}

describe("a caller's file", () => {
  it("has claims as a token would say them", async () => {
    const caller = await reading(
      '{"id":"a","tags":{"level":1e2},"claims":{"scp":"openid users.read","n":9007199254740993,"o":{"a":1},"x":null,"_claim_names":{"dept":"src1"}}}',
    );
    expect({ ...caller.claims }).toEqual({ scp: ["openid", "users.read"], n: "9007199254740993" });
    expect([...(caller.opaqueClaims ?? [])].sort()).toEqual(["_claim_names", "dept", "o"]);
    expect(caller.tags).toEqual({ level: "100" });
  });

  it("is refused for a tag that is no single value", async () => {
    await expect(reading('{"id":"a","tags":{"team":["x"]}}')).rejects.toThrow(
      /`tags.team` must be a single value/,
    );
  });
});
