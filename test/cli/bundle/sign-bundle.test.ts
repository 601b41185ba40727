/**
 * Bundles written with a signature: made from a private key, or elsewhere and checked.
 */
import { sign } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBundle } from "../../../shared/bundle/bundle.ts";
import { parsePublicKeys } from "../../../shared/bundle/signature.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { derOf, ecdsa, ed25519, pemOf, rsa } from "../../bundle/signing-keys.ts";
import { run } from "../command-run.ts";

let folder: ConfigurationFolder;
beforeEach(async () => {
  folder = await createFolder(goodFiles);
});
afterEach(() => folder.remove());

describe("bundle", () => {
  it.each([ed25519, ecdsa, rsa])("signs with a private key: $name", async ({ publicKey, privateKey }) => {
    const [key, out] = [join(folder.path, "signing-key.pem"), join(folder.path, "b.json")];
    await writeFile(key, pemOf(privateKey));
    const { status } = await run(["bundle", folder.path, "--out", out, "--sign", key]);
    expect(status).toBe(0);
    const trusted = parsePublicKeys(derOf(publicKey));
    expect(openBundle(JSON.parse(await readFile(out, "utf8")), trusted).version).toMatch(/^[0-9a-f]{64}$/);
  });

  it("takes a signature made elsewhere, if it is of this version and key", async () => {
    const path = (name: string) => join(folder.path, name);
    const [out, key, other, signature] = [path("b.json"), path("k"), path("o"), path("s")];
    const { stdout } = await run(["bundle", folder.path, "--out", out]);
    const made = sign(
      "sha256",
      Buffer.from(`connect-authorizer bundle\n${stdout.trim()}`),
      ecdsa.privateKey,
    ).toString("base64");
    await writeFile(signature, `${made.slice(0, 40)}\n${made.slice(40)}\n`);
    await writeFile(key, derOf(ecdsa.publicKey));
    await writeFile(other, pemOf(ed25519.publicKey));
    const flags = ["bundle", folder.path, "--out", out, "--signature", signature, "--public-key"];
    expect(await run([...flags, key])).toEqual({ status: 0, stdout, stderr: "" });
    const trusted = parsePublicKeys(derOf(ecdsa.publicKey));
    expect(openBundle(JSON.parse(await readFile(out, "utf8")), trusted).version).toBe(stdout.trim());
    expect(await run([...flags, other])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("is not a signature of version"),
    });
  });

  it.each([
    ["a public key", pemOf(ed25519.publicKey)],
    [
      "a key with a passphrase",
      ed25519.privateKey.export({
        type: "pkcs8",
        format: "pem",
        cipher: "aes-256-cbc",
        passphrase: "secret",
      }),
    ],
  ])("says what --sign needs where it names %s", async (_name, text) => {
    const key = join(folder.path, "k.pem");
    await writeFile(key, text);
    for (const command of [
      ["bundle", folder.path, "--out", join(folder.path, "b.json")],
      ["publish", folder.path, "--to", `file:${folder.path}/live.json`, "--yes"],
    ])
      expect(await run([...command, "--sign", key])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("it is not a private key in PEM form without a passphrase"),
      });
  });

  it.each([
    [["--sign", "nowhere.pem"], "`nowhere.pem` can't be read"],
    [["--sign", "package.json"], "it is not a private key in PEM form"],
    [["--signature", "package.json"], "--signature and --public-key go together"],
    [
      ["--sign", "x", "--signature", "package.json", "--public-key", "package.json"],
      "use either --sign or --signature",
    ],
    [
      ["--signature", "package.json", "--public-key", "package.json"],
      "a public key for bundles cannot be read",
    ],
  ])("writes nothing with %j", async (flags, message) => {
    const out = join(folder.path, "none.json");
    const { status, stderr } = await run(["bundle", folder.path, "--out", out, ...flags]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
    await expect(readFile(out)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
