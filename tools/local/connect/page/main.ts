/** `npm run generate`: the tables of operations in docs/reference/local-connect.md, the built-in seed, and the JSON Schema of seeds. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatSeedSchema } from "../seeds/seed-schema.ts";
import { formatBuiltIn } from "./built-in-seed.ts";
import { withTables } from "./tables.ts";

/** The checkout: this program runs as `dist/local-connect-page.mjs`. */
const inCheckout = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const page = inCheckout("docs/reference/local-connect.md");
writeFileSync(page, withTables(readFileSync(page, "utf8")));

const seed = inCheckout("tools/local/connect/seeds/contact-center");
writeFileSync(`${seed}.generated.json`, formatBuiltIn(readFileSync(`${seed}.yaml`, "utf8")));

writeFileSync(inCheckout("docs/seed.schema.json"), formatSeedSchema());
