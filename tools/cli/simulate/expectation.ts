/** What `--expect` says of every result; the words are those of policy tests. */
export const expectations = ["allow", "deny", "explicitDeny", "implicitDeny"] as const;
export type Expectation = (typeof expectations)[number];

/** @param decision a decision of ours or of IAM's answer */
export function isExpected(decision: string, expect: Expectation | undefined): boolean {
  switch (expect) {
    case undefined:
      return true;
    case "allow":
      return decision === "allowed";
    case "deny":
      return decision === "explicitDeny" || decision === "implicitDeny";
    default:
      return decision === expect;
  }
}
