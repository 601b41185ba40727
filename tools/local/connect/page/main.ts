/** `npm run generate`: writes the tables of operations into docs/local-connect.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withTables } from "./tables.ts";

/** The checkout: this program runs as `dist/local-connect-page.mjs`. */
const page = fileURLToPath(new URL("../docs/local-connect.md", import.meta.url));

writeFileSync(page, withTables(readFileSync(page, "utf8")));
