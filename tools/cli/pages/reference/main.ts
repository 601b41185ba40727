/** `npm run generate`: docs/reference/metrics.md and docs/reference/records.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatMetricsPage } from "./metrics-page.ts";
import { formatRecordsPage } from "./records-page.ts";

/** The checkout: this program runs as `dist/reference-pages.mjs`. */
const inCheckout = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const template = readFileSync(inCheckout("template.yaml"), "utf8");
writeFileSync(inCheckout("docs/reference/metrics.md"), formatMetricsPage(template));
writeFileSync(inCheckout("docs/reference/records.md"), formatRecordsPage());
