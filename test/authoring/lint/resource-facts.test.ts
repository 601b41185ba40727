// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
import fc from "fast-check";
import { expect, it } from "vitest";
import { overlap } from "../../../shared/reach/patterns/automaton.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import { patternsWithin } from "../../../shared/reach/resource-shape.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { lintFacts } from "../../../tools/authoring/lint/facts/action-facts.ts";
import { resourceJudge } from "../../../tools/authoring/lint/facts/resource-facts.ts";

const instance: ConnectInstance = {
  arn: "arn:aws:connect:us-east-1:123456789012:instance/00fb-1a",
  partition: "aws",
  region: "us-east-1",
  accountId: "123456789012",
  id: "00fb-1a",
};
const judge = resourceJudge([instance]);

const word = fc.constantFrom(
  ...["instance", "agent", "queue", "view", "contact", "contact-flow", "phone-number", "00fb-1a", "user"],
  ...["8f1c-0000", "x", "agent1", "ag", "ent", "a", "$LATEST", "${aws:username}", "${*}", "é", ""],
);
const piece = fc.oneof(
  { weight: 4, arbitrary: word },
  fc.tuple(word, fc.constantFrom("*", "?")).map((both) => both.join("")),
  fc.tuple(fc.constantFrom("*", "?"), word).map((both) => both.join("")),
  fc.tuple(word, fc.constantFrom("*", "?", "**"), word).map((all) => all.join("")),
  fc.constant("*"),
);
const resource = fc
  .array(fc.tuple(piece, fc.constantFrom("/", "/", "/", ":")), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.flat().slice(0, -1).join(""));
const pattern = fc
  .tuple(
    fc.constantFrom("us-east-1", "us-west-2", "*", "us-*", ""),
    fc.constantFrom("123456789012", "210987654321", "aws", "*", "1234*"),
    fc.oneof(
      resource,
      resource.map((each) => `instance/00fb-1a/${each}`),
    ),
  )
  .map(([region, account, text]) => `arn:aws:connect:${region}:${account}:${text}`);

it("judges each pattern as if it were compared, with its own identifiers, with every shape", () => {
  fc.assert(
    fc.property(pattern, fc.boolean(), (written, variables) => {
      const codes = resourceCodes(written, variables);
      const facts = judge(written, variables);
      if (!codes) return expect(facts.isJudged).toBe(false);
      const bitsWhere = (patternsOf: (index: number) => readonly ArrayLike<number>[]) =>
        lintFacts().shapes.reduce(
          (bits, _, index) =>
            patternsOf(index).some((each) => overlap(codes, each)) ? bits | (1n << BigInt(index)) : bits,
          0n,
        );
      const shapes = bitsWhere((index) => lintFacts().shapes[index]?.patterns ?? []);
      const within = bitsWhere((index) => {
        const shape = lintFacts().shapes[index];
        return shape ? patternsWithin(shape, instance) : [];
      });
      expect(facts).toEqual({ isJudged: true, shapes, configured: shapes & within });
    }),
    { numRuns: 400 },
  );
});
