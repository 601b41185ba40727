/** A key set with a repeated member is refused: which key it means depends on the parser. */
import { describe, expect, it } from "vitest";
import { downloadJson } from "../../../shared/identity/keys/download-json.ts";
import { rsaKey, toJwk } from "../tokens.ts";
import { startJwksServer } from "./jwks-server.ts";

const key = JSON.stringify(toJwk(rsaKey("k1")));
const other = JSON.stringify(toJwk(rsaKey("k1")));
const modulus = /"n":"[^"]*"/.exec(other)?.[0];

describe("a downloaded key set", () => {
  it.each([
    ["two lists of keys", `{"keys":[${key}],"keys":[${other}]}`],
    ["two lists, one escaped", `{"keys":[${key}],"\\u006beys":[${other}]}`],
    ["two moduli in a key", `{"keys":[{${modulus},${key.slice(1)}]}`],
    ["a member twice in what nobody reads", `{"keys":[${key}],"more":{"a":[{"b":1,"b":1}]}}`],
  ])("is refused with %s", async (_, text) => {
    const server = await startJwksServer();
    server.answer((response) => response.end(text));
    await expect(downloadJson(`${server.url}/keys`, 5_000)).rejects.toThrow(
      "the answer is not valid JSON without repeated members",
    );
  });

  it("is taken with each member once, also after a byte order mark", async () => {
    const server = await startJwksServer();
    server.answer((response) => response.end(`\ufeff{"keys":[${key}]}`));
    await expect(downloadJson(`${server.url}/keys`, 5_000)).resolves.toEqual({ keys: [JSON.parse(key)] });
  });
});
