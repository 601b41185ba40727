/** Evaluation forms with their versions, executions of test cases, and trees of contacts. */
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east } from "./connect-fixture.ts";
import type { Input } from "./walk/inputs.ts";
import { useWireClient } from "./walk/wire-client.ts";

const InstanceId = east;

const send = useWireClient();

describe("evaluation forms", () => {
  it("are drafts until they are activated, then locked, and change in a new version", async () => {
    const form = { InstanceId, Title: "Greeting", Items: [] };
    const { EvaluationFormId } = await send("CreateEvaluationForm", form);
    const at = { InstanceId, EvaluationFormId };
    const first = { ...at, EvaluationFormVersion: 1 };
    await send("UpdateEvaluationForm", { ...first, Title: "Greetings", Items: [] });
    await send("ActivateEvaluationForm", first);
    const change = { ...first, Title: "Farewell", Items: [] };
    await expect(send("UpdateEvaluationForm", change)).rejects.toMatchObject({
      name: "ResourceConflictException",
    });
    const second = await send("UpdateEvaluationForm", { ...change, CreateNewVersion: true });
    expect(second).toMatchObject({ EvaluationFormId, EvaluationFormVersion: 2 });
    const titleOf = async (version: Input) =>
      ((await send("DescribeEvaluationForm", { ...at, ...version }))["EvaluationForm"] as Input)["Title"];
    expect([await titleOf({}), await titleOf({ EvaluationFormVersion: 1 })]).toEqual([
      "Farewell",
      "Greetings",
    ]);
    const versions = async () =>
      (await send("ListEvaluationFormVersions", at))["EvaluationFormVersionSummaryList"];
    expect(await versions()).toMatchObject([
      { EvaluationFormVersion: 1, Status: "ACTIVE", Locked: true },
      { EvaluationFormVersion: 2, Status: "DRAFT", Locked: false },
    ]);
    await send("ActivateEvaluationForm", { ...at, EvaluationFormVersion: 2 });
    const listed = await send("ListEvaluationForms", { InstanceId });
    expect(listed["EvaluationFormSummaryList"]).toMatchObject([
      { Title: "Farewell", LatestVersion: 2, ActiveVersion: 2 },
    ]);
    await expect(send("DeactivateEvaluationForm", first)).rejects.toMatchObject({
      name: "ResourceConflictException",
    });
    await send("DeactivateEvaluationForm", { ...at, EvaluationFormVersion: 2 });
    await send("DeleteEvaluationForm", { ...at, EvaluationFormVersion: 2 });
    expect(await titleOf({})).toBe("Greetings");
    await expect(titleOf({ EvaluationFormVersion: 2 })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await send("DeleteEvaluationForm", at);
    await expect(titleOf({})).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("executions of test cases", () => {
  it("are in progress until they are stopped, which is once", async () => {
    const { TestCaseId } = await send("CreateTestCase", { InstanceId, Name: "Call", Content: "{}" });
    const { TestCaseExecutionId } = await send("StartTestCaseExecution", { InstanceId, TestCaseId });
    const at = { InstanceId, TestCaseId, TestCaseExecutionId };
    expect(await send("GetTestCaseExecutionSummary", at)).toMatchObject({ Status: "IN_PROGRESS" });
    const count = async (filter: Input) =>
      ((await send("ListTestCaseExecutions", { InstanceId, ...filter }))["TestCaseExecutions"] as Input[])
        .length;
    const long = { StartTime: 1, EndTime: 2 };
    expect([
      await count({ TestCaseName: "Call" }),
      await count({ Status: "STOPPED" }),
      await count(long),
    ]).toEqual([1, 0, 0]);
    await send("StopTestCaseExecution", at);
    expect(await send("GetTestCaseExecutionSummary", at)).toMatchObject({
      Status: "STOPPED",
      EndTime: expect.any(Date),
    });
    await expect(send("StopTestCaseExecution", at)).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
  });
});

describe("contacts", () => {
  it("are listed with those of their tree, scheduled anew, paused, resumed and given a template", async () => {
    const soon = (hours: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000);
    const task = { InstanceId, Name: "Task", ContactFlowId: seedIds.contactFlow, ScheduledTime: soon(1) };
    const { ContactId } = await send("StartTaskContact", { ...task, RelatedContactId: seedIds.contact });
    const tree = await send("ListAssociatedContacts", { InstanceId, ContactId });
    expect(tree["ContactSummaryList"]).toMatchObject([
      { ContactId: seedIds.contact, Channel: "VOICE" },
      { ContactId, RelatedContactId: seedIds.contact, Channel: "TASK" },
    ]);
    const at = { InstanceId, ContactId };
    await send("UpdateContactSchedule", { ...at, ScheduledTime: soon(2) });
    expect(await send("DescribeContact", at)).toMatchObject({ Contact: { ScheduledTimestamp: soon(2) } });
    await expect(send("UpdateContactSchedule", { ...at, ScheduledTime: soon(200) })).rejects.toThrow(
      "6 days",
    );
    await send("PauseContact", at);
    await expect(send("PauseContact", at)).rejects.toMatchObject({ name: "InvalidRequestException" });
    await send("ResumeContact", at);
    await expect(send("ResumeContact", at)).rejects.toMatchObject({ name: "InvalidRequestException" });
    const { Id: TaskTemplateId } = await send("CreateTaskTemplate", {
      InstanceId,
      Name: "Template",
      Fields: [],
    });
    await send("UpdateContactTaskTemplate", { ...at, TaskTemplateId });
    const Contact = {
      TotalPauseCount: 1,
      LastResumedTimestamp: expect.any(Date),
      TaskTemplateInfo: { Name: "Template" },
    };
    expect(await send("DescribeContact", at)).toMatchObject({ Contact });
    const unscheduled = { InstanceId, ContactId: seedIds.contact, ScheduledTime: soon(2) };
    await expect(send("UpdateContactSchedule", unscheduled)).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
  });
});
