/** The search for operations by words: by those of their names, in any order, and by those that people have for them. */
import { describe, expect, it } from "vitest";
import { areaOf } from "../../shared/catalog/area.ts";
import { operations } from "../../shared/catalog/catalog.ts";
import { findOperations } from "../../tools/console/page/try/find-operations.ts";

const all = operations().map((row) => ({ name: row.name, area: areaOf(row) }));
const find = (text: string) => findOperations(all, text).map(({ name }) => name);
const partsOf = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").split(" ");

describe("the search for operations", () => {
  it("finds each by its name first, in any case, and among the first by its words in any order", () => {
    for (const { name } of all) {
      expect(find(name)[0]).toBe(name);
      expect(find(name.toLowerCase())[0]).toBe(name);
      const shuffled = partsOf(name).reverse().join(" ");
      expect(find(shuffled).slice(0, 3), shuffled).toContain(name);
    }
  });

  it.each([
    ["hire a person", "CreateUser"],
    ["fire an employee", "DeleteUser"],
    ["stop recording", "StopContactRecording"],
    ["pause the recording", "SuspendContactRecording"],
    ["hang up", "StopContact"],
    ["listen to a call", "MonitorContact"],
    ["call a customer", "StartOutboundVoiceContact"],
    ["change opening hours", "UpdateHoursOfOperation"],
    ["list the people", "ListUsers"],
    ["rename a queue", "UpdateQueueName"],
    ["buy a phone number", "ClaimPhoneNumber"],
    ["give permissions to an agent", "UpdateUserSecurityProfiles"],
    ["show permissions", "ListSecurityProfilePermissions"],
    ["log in", "GetFederationToken"],
    ["skills of an agent", "ListUserProficiencies"],
    ["send an sms", "StartOutboundChatContact"],
    ["real time statistics", "GetCurrentMetricData"],
    ["transfer a call", "TransferContact"],
    ["edit the ivr", "UpdateContactFlowContent"],
    ["read attributes of a contact", "GetContactAttributes"],
    ["play a greeting", "CreatePrompt"],
    ["set the status of an agent", "PutUserStatus"],
    ["add a tag", "TagResource"],
    ["score a conversation", "StartContactEvaluation"],
    ["holidays", "CreateHoursOfOperationOverride"],
  ])("understands `%s`", (text, operation) => {
    expect(find(text).slice(0, 8)).toContain(operation);
  });

  it("finds routes of the configuration by their path, and nothing for nothing", () => {
    const route = { name: "GET /agents/{agentId}", area: "routes of your own" };
    const found = (text: string) => findOperations([...all, route], text).map(({ name }) => name);
    expect(found("get /agents/{agentId}")[0]).toBe(route.name);
    expect(found("/agents")).toContain(route.name);
    expect(found("agents route").slice(0, 3)).toContain(route.name);
    expect(find("")).toEqual([]);
    expect(find("xyzzy")).toEqual([]);
    expect(find("constructor")).toEqual([]);
    expect(find("a the")).not.toContain("__proto__");
  });
});
