/** Checks of single families that neither schema nor enumeration can say, from the API Reference. */

import { type FaultName, invalidParameter, invalidRequest, ServiceFault } from "../service-fault.ts";
import { checkLength } from "./limits.ts";
import { isMembers } from "./record.ts";
import type { Members } from "./resource-table.ts";

const usernamePattern = /^[a-zA-Z0-9_\-.@]+$/;
const maxSecurityProfiles = 10;
const maxAfterContactWorkSeconds = 2_000_000;

const checks: Readonly<Record<string, (shape: Members) => void>> = {
  Bot({ LexBot, LexV2Bot }) {
    if ((LexBot === undefined) === (LexV2Bot === undefined))
      throw invalidRequest("give exactly one of `LexBot` and `LexV2Bot`");
  },
  ContactFlow: checkContent("InvalidContactFlowException"),
  ContactFlowModule: checkContent("InvalidContactFlowModuleException"),
  TestCase: checkContent("InvalidTestCaseException"),
  User({ Username, SecurityProfileIds, PhoneConfig }) {
    if (typeof Username === "string") {
      checkLength(Username, "Username", { from: 1, to: 100 });
      if (!usernamePattern.test(Username))
        throw invalidParameter("Username", "must have only letters, digits and the characters `_-.@`");
    }
    const count = Array.isArray(SecurityProfileIds) ? SecurityProfileIds.length : 0;
    if (count < 1 || count > maxSecurityProfiles)
      throw invalidParameter("SecurityProfileIds", `must be 1 to ${maxSecurityProfiles} ids`);
    const seconds = isMembers(PhoneConfig) ? (PhoneConfig["AfterContactWorkTimeLimit"] ?? 0) : 0;
    if (
      typeof seconds !== "number" ||
      !Number.isInteger(seconds) ||
      seconds < 0 ||
      seconds > maxAfterContactWorkSeconds
    )
      throw invalidParameter(
        "PhoneConfig.AfterContactWorkTimeLimit",
        `must be 0 to ${maxAfterContactWorkSeconds}`,
      );
  },
};

/** Checks a record as it would become. @throws ServiceFault */
export function checkShape(family: string, shape: Members): void {
  if (Object.hasOwn(checks, family)) checks[family]?.(shape);
}

/** Checks that a content is a JSON object; what its actions mean is not looked at. */
function checkContent(fault: FaultName): (shape: Members) => void {
  return ({ Content }) => {
    if (typeof Content !== "string") return;
    try {
      if (isMembers(JSON.parse(Content))) return;
    } catch {
      // Falls through to the refusal below.
    }
    const message = "the content must be a JSON object in the Amazon Connect Flow language";
    throw new ServiceFault(fault, message, { problems: [{ message }] });
  };
}
