/** Tokens for a project's configuration: a key of our own in the place of its issuers' keys. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Configuration } from "../../../shared/bundle/types.ts";
import { DocumentError } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { createTokenIssuer } from "../../local/tokens/token-issuer.ts";

export interface TestIssuer {
  readonly config: Configuration;
  /** A token of the first issuer for a caller in a group, whose every mapped tag is `a`: the team of what is seeded. */
  tokenFor(group: string): string;
}

/** Rewrites a configuration so that it trusts a new key. @throws DocumentError when it is not usable */
export async function trustTestIssuer(folder: string): Promise<TestIssuer> {
  let issuers: Configuration["issuers"] = [];
  const tokens = await createTokenIssuer(() => issuers.slice(0, 1));
  const file = join(folder, "authorizer.yaml");
  const document = parseDocument(await readFile(file, "utf8"));
  const count = (document.toJS() as { issuers: unknown[] }).issuers.length;
  for (let index = 0; index < count; index++) {
    document.deleteIn(["issuers", index, "jwksUri"]);
    document.setIn(["issuers", index, "jwks"], document.createNode(tokens.jwks));
  }
  await writeFile(file, document.toString());
  const loaded = await loadConfiguration(folder);
  if (!loaded.ok) throw new DocumentError(loaded.issues);
  const { config } = loaded.bundle;
  issuers = config.issuers;
  const tags = Object.fromEntries(Object.keys(issuers[0]?.claims.tags ?? {}).map((tag) => [tag, "a"]));
  return {
    config,
    tokenFor: (group) =>
      tokens.mintToken({ sub: `one-of-${group}`, groups: [group], tags, claims: {}, ttlSeconds: 3600 }),
  };
}
