/** docs/how-to/clients/README.md: the table of clients and the table of errors. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { CodedError, type ErrorCode } from "../../shared/errors.ts";
import { answerErrorOf } from "../../shared/request/answer/error-answer.ts";

const folder = resolve(import.meta.dirname, "../../docs/how-to/clients");
const page = readFileSync(join(folder, "README.md"), "utf8");

it("lists every client's page, and no other", () => {
  const listed = [...page.matchAll(/^\| .* \| \[.*\]\((\S+)\) \|$/gm)].map(([, file]) => file);
  const pages = readdirSync(folder).filter((name) => name !== "README.md");
  expect(listed.toSorted()).toEqual([...pages, "../web-pages.md"].toSorted());
});

it("gives errors the status that they have", () => {
  const codes: readonly ErrorCode[] = [
    "unauthorized",
    "invalidInput",
    "unknownOperation",
    "unknownInstance",
    "tooLarge",
    "policiesOutdated",
    "upstreamUnavailable",
  ];
  const ours = codes.map((code) => answerErrorOf(new CodedError(code, "why")));
  const shown = [...page.matchAll(/^\| `(\w+Exception)` \| ([\d, ]+) \|/gm)].flatMap(
    ([, name = "", statuses = ""]) => statuses.split(", ").map((status) => `${name} ${status}`),
  );
  // Those that stand for what Amazon Connect did have their names in test/connect.
  const upstream = [
    "ThrottlingException 429",
    "ServiceUnavailableException 502",
    "GatewayTimeoutException 504",
  ];
  const made = new Set([...ours.map(({ name, status }) => `${name} ${status}`), ...upstream]);
  expect(shown.toSorted()).toEqual([...made].toSorted());
});
