/** What a caller is told when a call could not be decided. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CodedError, type ErrorCode, InputError } from "../../../shared/errors.ts";
import { tokenRefusals } from "../../../shared/identity/token/token-error.ts";
import { answerErrorOf } from "../../../shared/request/answer/error-answer.ts";

const everyCode: { readonly [Code in ErrorCode]: true } = {
  ...{
    invalidDocument: true,
    invalidInput: true,
    unknownInstance: true,
    unknownOperation: true,
    tooLarge: true,
  },
  ...{
    unauthorized: true,
    jwksUnavailable: true,
    bundleUnavailable: true,
    bundleStale: true,
    internal: true,
  },
  ...{ policiesOutdated: true, upstreamUnavailable: true, auditUnavailable: true },
};

const challengeOf = (reason: string) =>
  answerErrorOf(new CodedError("unauthorized", reason)).headers?.["www-authenticate"];

describe("the challenge of a 401", () => {
  it("gives each reason for which a token is refused, in words of its own", () => {
    const challenges = Object.values(tokenRefusals).map(challengeOf);
    for (const challenge of challenges) {
      expect(challenge).toMatch(
        /^Bearer error="invalid_token", error_description="[\x20-\x21\x23-\x5b\x5d-\x7e]+"$/,
      );
    }
    expect(new Set(challenges).size).toBe(challenges.length);
  });

  it.each(['a "quoted" word', "a back\\slash", "a line\nbreak", "an umlaut ü", ""])(
    "leaves out what may not stand in it: %j",
    (reason) => {
      expect(challengeOf(reason)).toBe('Bearer error="invalid_token"');
    },
  );
});

describe("docs/reference/answers.md", () => {
  const page = readFileSync(new URL("../../../docs/reference/answers.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| .+ \| (\d{3}).*? \| .*?`(\w+Exception)`.* \|$/gm)].map(
    ([, status, name]) => `${status} ${name}`,
  );

  it.each(Object.keys(everyCode) as ErrorCode[])("has the status and the type of %s", (code) => {
    const { status, name } = answerErrorOf(new CodedError(code, ""));
    expect(rows).toContain(`${status} ${name}`);
  });
});

describe("an error's answer", () => {
  it.each([
    ["jwksUnavailable", 503, "the token issuer's keys cannot be fetched; try again"],
    ["internal", 403, "the call could not be decided and is denied"],
    ["bundleUnavailable", 403, "no usable policy bundle: every call is denied"],
  ] as const)("says nothing of what is behind %s", (code, status, message) => {
    const answer = answerErrorOf(new CodedError(code, "secret place `https://10.0.0.1`"));
    expect(answer).toMatchObject({ status, message });
    expect(answer.headers).toBeUndefined();
  });

  it("names a member in as much as an answer and a log line can hold", () => {
    const error = new InputError(`Attributes.${"k".repeat(3_000_000)}`, "must be a string");
    const { message } = answerErrorOf(error);
    expect(message).toMatch(/^Attributes\.k+\.\.\.: must be a string$/);
    expect(message.length).toBeLessThan(600);
    expect(String(error).length).toBeLessThan(600);
  });

  it("says nothing of an error that is not ours", () => {
    expect(answerErrorOf(new TypeError("x is not a function"))).toMatchObject({
      status: 403,
      message: "the call could not be decided and is denied",
    });
    expect(answerErrorOf("thrown text").status).toBe(403);
  });
});
