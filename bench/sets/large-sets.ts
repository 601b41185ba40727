/**
 * Policy sets of any size, for the cost against the number of statements.
 *
 * Each statement is about one resource of one of 20 instances, or, one in five, about those whose id begins and ends alike; one in ten is a
 * Deny, one in four has a condition. The requests are spread over the whole set, half of them on what it names, so
 * that the same questions are asked whatever its size.
 */
import type { BenchRequest, BenchStatement } from "../engines/statement.ts";

/**
 * `named`: what people write, a statement names its resources. `adverse`: no statement's ARN has a literal beginning
 * of its own and every one takes all actions, so that nothing tells beforehand which could match.
 */
export type SetShape = "named" | "adverse";

const kinds = ["agent", "queue", "routing-profile", "security-profile", "contact-flow", "operating-hours"];
const verbs = ["Describe", "Update", "Delete", "Associate", "Disassociate", "Import"];
const things = ["Name", "Config", "Status", "Hierarchy", "Proficiencies", "Attributes", "Metadata", "Tags"];
const team = "aws:PrincipalTag/team";
const requestCount = 32;

/** Spreads numbers over 32 bits, the same at each run (the finalizer of MurmurHash3). */
function scatter(value: number): number {
  let bits = value + 0x9e3779b9;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function pick(list: readonly string[], at: number): string {
  return list[at % list.length] ?? "";
}

function hex(value: number): string {
  return scatter(value).toString(16).padStart(8, "0");
}

function actionOf(i: number): string {
  return `connect:${pick(verbs, scatter(i + 1))}${pick(things, scatter(i + 2))}`;
}

function resourceOf(i: number): string {
  const instance = `00fbeee1-123e-111e-93e3-${hex(1_000_000 + (i % 20))}0000`;
  const id = `${hex(i)}-0000-4000-8000-${hex(i + 500_000)}0000`;
  return `arn:aws:connect:us-east-1:123456789012:instance/${instance}/${pick(kinds, i)}/${id}`;
}

function patternOf(i: number, shape: SetShape): string {
  const resource = resourceOf(i);
  if (shape === "adverse") return resource.replace(/instance\/[^/]+/, "instance/*");
  return i % 5 === 4 ? `${resource.slice(0, -4)}*0` : resource;
}

/** Makes a set of `count` statements. */
export function createLargeSet(count: number, shape: SetShape): readonly BenchStatement[] {
  return Array.from({ length: count }, (_, i) => ({
    Sid: `Bench${i}`,
    Effect: i % 10 === 9 ? "Deny" : "Allow",
    Action: [shape === "adverse" ? "connect:*" : actionOf(i)],
    Resource: [patternOf(i, shape)],
    ...(i % 4 === 3 ? { Condition: { StringEquals: { [team]: [`team-${i % 7}`] } } } : {}),
  }));
}

/** Makes the requests for a set of `count` statements; the answers follow from how the set is made. */
export function createLargeRequests(count: number): readonly BenchRequest[] {
  return Array.from({ length: requestCount }, (_, k) => {
    const i = Math.floor((k * count) / requestCount);
    const named = k % 2 === 0;
    return {
      action: actionOf(i),
      resource: named ? resourceOf(i) : `${resourceOf(i)}-other`,
      context: { [team]: `team-${i % 7}` },
      expected: !named ? "implicitDeny" : i % 10 === 9 ? "explicitDeny" : "allowed",
    };
  });
}
