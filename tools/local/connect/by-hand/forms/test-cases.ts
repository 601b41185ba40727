/** Executions of test cases. Nothing is simulated: an execution is in progress, without observations, until it is stopped. */
import { locate } from "../../engine/locate.ts";
import { cutPage } from "../../engine/paging.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { Shown } from "../../records/record.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import { invalidRequest } from "../../service-fault.ts";
import type { World } from "../../world.ts";

export const testCaseHandlers = {
  ListTestCaseExecutions(input, world) {
    const instance = world.instance(input.InstanceId);
    const { TestCaseId, TestCaseName, Status, StartTime, EndTime } = input;
    const wanted = instance
      .table("TestCaseExecution")
      .all()
      .filter((row) => TestCaseId === undefined || row.parents[0] === TestCaseId)
      .filter((row) => TestCaseName === undefined || nameOf(instance, row) === TestCaseName)
      .filter((row) => Status === undefined || statusOf(row) === Status)
      .filter((row) => isWithin(row.createdAt, StartTime, EndTime));
    const page = cutPage(wanted, input, { scope: `ListTestCaseExecutions:${input.InstanceId}` });
    const executions = page.items.map((row) => ({
      ...timesOf(row),
      TestCaseExecutionId: row.id,
      TestCaseId: row.parents[0],
      TestCaseExecutionStatus: statusOf(row),
    }));
    return { TestCaseExecutions: executions, NextToken: page.next };
  },
  GetTestCaseExecutionSummary(input, world) {
    const { row } = find("GetTestCaseExecutionSummary", input, world);
    const ObservationSummary = { TotalObservations: 0, ObservationsPassed: 0, ObservationsFailed: 0 };
    return { ...timesOf(row), Status: statusOf(row), ObservationSummary };
  },
  StopTestCaseExecution(input, world) {
    const { row, instance } = find("StopTestCaseExecution", input, world);
    if (statusOf(row) !== "IN_PROGRESS") throw invalidRequest(`test case execution \`${row.id}\` is over`);
    const shape = { ...row.shape, Status: "STOPPED", EndTime: world.now() };
    instance.table("TestCaseExecution").revise(row, { shape });
    return {};
  },
} satisfies Handlers;

function find(operation: string, input: Members, world: World): Shown {
  return locate({ operation, family: familyNamed("TestCaseExecution"), input, world });
}

function statusOf({ shape }: Row<Members>): "IN_PROGRESS" | "STOPPED" {
  return shape["Status"] === "STOPPED" ? "STOPPED" : "IN_PROGRESS";
}

function timesOf({ createdAt, shape }: Row<Members>) {
  return { StartTime: createdAt, ...(shape["EndTime"] instanceof Date ? { EndTime: shape["EndTime"] } : {}) };
}

/** @param from and `to` are seconds since the epoch */
function isWithin(time: Date, from = 0, to = Number.POSITIVE_INFINITY): boolean {
  const seconds = time.getTime() / 1000;
  return seconds >= from && seconds <= to;
}

function nameOf(instance: InstanceState, { parents: [testCase = ""] }: Row<Members>): unknown {
  return instance.table("TestCase").find(testCase)?.shape["Name"];
}
