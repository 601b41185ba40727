/** `npm run generate`: metrics.md, policies-by-example.md and records.md of docs/reference. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readExamples } from "./examples.ts";
import { formatExamplesPage } from "./examples-page.ts";
import { formatMetricsPage } from "./metrics-page.ts";
import { formatRecordsPage } from "./records-page.ts";

/** The checkout: this program runs as `dist/reference-pages.mjs`. */
const inCheckout = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const template = readFileSync(inCheckout("template.yaml"), "utf8");
writeFileSync(inCheckout("docs/reference/metrics.md"), formatMetricsPage(template));
writeFileSync(inCheckout("docs/reference/records.md"), formatRecordsPage());

const examples = readExamples(inCheckout("docs/examples/policies"));
writeFileSync(inCheckout("docs/reference/policies-by-example.md"), formatExamplesPage(examples));
