/**
 * Who may use which operation, as one table: a column for each kind of caller that the bindings name, a row for each
 * operation or route, one word in each cell.
 */
import { type OpenedBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { findOperation, operations } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import type { MatchedStatement } from "../../../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import type { ConnectInstance, CustomRoute } from "../../../shared/request/types.ts";
import { unknownCaller } from "../reach/open-context.ts";
import { type OperationReach, reachOfOperation } from "../reach/operation-reach.ts";
import { areaOf } from "./area.ts";
import { rolesOf } from "./roles.ts";

export const accessWords = ["always", "sometimes", "never"] as const;

/** `sometimes`: only on some resources, or depending on a condition key. */
export type AccessWord = (typeof accessWords)[number];

/** Role → word. A role that is absent may never use it. */
export type AccessRow = ReadonlyMap<string, AccessWord>;

export interface AccessTable {
  /** The roles, in the order of the bindings. */
  readonly roles: readonly string[];
  /** Area → name of the operation or route → row; all that there are. */
  readonly areas: ReadonlyMap<string, ReadonlyMap<string, AccessRow>>;
}

/** The area of the routes that the configuration adds. */
export const ownRoutes = "routes of your own";

/** Makes the table of a configuration, and finds the statements behind a cell. */
export class Access {
  readonly table: AccessTable;
  readonly #bundle: OpenedBundle;
  /** The different policies of a role's callers. */
  readonly #roles: ReadonlyMap<string, readonly (PolicyLayers | undefined)[]>;

  /** @param bundle one that can be opened: a configuration that was loaded without errors */
  constructor(bundle: Bundle, opened = openBundle(bundle, [], { place: "candidate" })) {
    this.#bundle = opened;
    const roles = [...rolesOf(bundle.config, opened)];
    this.#roles = new Map(
      roles.map(([role, callers]) => [role, [...new Set(callers.map(({ layers }) => layers))]]),
    );
    const { routes } = bundle.config;
    const served = operations().filter(({ refused }) => refused === undefined);
    const areas = new Map<string, Map<string, AccessRow>>();
    const place = (area: string, name: string, row: AccessRow) =>
      areas.set(area, (areas.get(area) ?? new Map()).set(name, row));
    for (const row of served) place(areaOf(row), row.name, this.#rowOf({ row }));
    for (const route of routes) {
      const row = findOperation(route.operation);
      if (row) place(ownRoutes, nameOfRoute(route), this.#rowOf({ row, route }));
    }
    this.table = { roles: [...this.#roles.keys()], areas };
  }

  /** Lists the statements that may decide about a cell, the Denies first. */
  statementsOf(name: string, role: string): readonly MatchedStatement[] {
    const asked = this.#find(name);
    const ways = asked ? (this.#roles.get(role) ?? []) : [];
    const found = ways.flatMap((layers) => (asked ? this.#reach(asked, layers) : []));
    const statements = found.flatMap(({ asks }) => asks.flatMap((ask) => ask.statements));
    const names = [...new Set(statements)].map((statement) => statement.name);
    return [
      ...names.filter(({ effect }) => effect === "Deny"),
      ...names.filter(({ effect }) => effect !== "Deny"),
    ];
  }

  #find(name: string): Asked | undefined {
    const route = this.#bundle.config.routes.find((each) => nameOfRoute(each) === name);
    const row = findOperation(route?.operation ?? name);
    return row && { row, ...(route ? { route } : {}) };
  }

  #rowOf(asked: Asked): AccessRow {
    // Many roles have the same policies.
    const known = new Map<PolicyLayers | undefined, AccessWord>();
    const words = [...this.#roles].map(([role, ways]) => {
      const each = ways.map((layers) => {
        const word = known.get(layers) ?? wordOf(this.#reach(asked, layers));
        known.set(layers, word);
        return word;
      });
      return [role, joined(each)] as const;
    });
    return new Map(words);
  }

  #reach({ row, route }: Asked, layers: PolicyLayers | undefined): readonly OperationReach[] {
    const bundle = this.#bundle;
    const caller = unknownCaller;
    return instancesOf(route, bundle.config.instances).map((instance) =>
      reachOfOperation(row, { bundle, caller, layers, instance }),
    );
  }
}

/** What a row of the table is about; a route is one way to call its operation. */
interface Asked {
  readonly row: OperationRow;
  readonly route?: CustomRoute;
}

export function nameOfRoute({ method, path }: CustomRoute): string {
  return `${method} ${path}`;
}

/** A route that names an instance itself leads to no other. */
function instancesOf(
  route: CustomRoute | undefined,
  instances: readonly ConnectInstance[],
): readonly ConnectInstance[] {
  const named = route?.input["InstanceId"];
  if (typeof named !== "string" || named.startsWith("{")) return instances;
  return instances.filter(({ id, arn }) => [id, arn].includes(named));
}

function wordOf(reaches: readonly OperationReach[]): AccessWord {
  if (reaches.length > 0 && reaches.every(({ allowed }) => allowed.must)) return "always";
  return reaches.some(({ allowed }) => allowed.may) ? "sometimes" : "never";
}

function joined(words: readonly AccessWord[]): AccessWord {
  const [first = "never"] = words;
  return words.every((word) => word === first) ? first : "sometimes";
}
