/** `npm run generate`: action.md, metrics.md, policies-by-example.md and records.md of docs/reference. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatActionPage } from "./action-page.ts";
import { readExamples } from "./examples.ts";
import { formatExamplesPage } from "./examples-page.ts";
import { formatMetricsPage } from "./metrics-page.ts";
import { formatRecordsPage } from "./records-page.ts";

/** The checkout: this program runs as `dist/reference-pages.mjs`. */
const inCheckout = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const action = readFileSync(inCheckout("action.yml"), "utf8");
writeFileSync(inCheckout("docs/reference/action.md"), formatActionPage(action));

const template = readFileSync(inCheckout("template.yaml"), "utf8");
writeFileSync(inCheckout("docs/reference/metrics.md"), formatMetricsPage(template));
writeFileSync(inCheckout("docs/reference/records.md"), formatRecordsPage());

const examples = readExamples(inCheckout("docs/examples/policies"));
writeFileSync(inCheckout("docs/reference/policies-by-example.md"), formatExamplesPage(examples));
