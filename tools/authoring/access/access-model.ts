/**
 * The access table as views read it: rows are operations and routes by area, columns are bindings, each cell says what callers with
 * just what the binding asks for may do. It says what `what-can` says (a test compares them), and needs nothing of Node.js, so that
 * a browser runs it too.
 *
 * A column is computed when it is read, and an operation only once for callers with the same statements about it.
 */
import type { Binding, BindingMatch, Configuration } from "../../../shared/bundle/types.ts";
import { areaOf, broadAreaOf } from "../../../shared/catalog/area.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import type { CompiledPolicySet, CompiledStatement } from "../../../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { statementsAbout } from "../../../shared/reach/layer-reach.ts";
import { type OpenCaller, principalNamed } from "../../../shared/reach/open-context.ts";
import { type OperationReach, reachOfOperation, wordOf } from "../../../shared/reach/operation-reach.ts";
import { listServed } from "../../../shared/reach/served.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import { escalationOf } from "../diff/escalations.ts";
import { groupBy } from "../diff/merge-differences.ts";
import { summarizeOperation } from "../reach/operation-answer.ts";
import { type AccessCell, createCell, denyingOf, detailsOf, joinCells } from "./access-cell.ts";
import { callersOf, describeMatch, type LayersFinder } from "./roles.ts";

/** The area of the routes that the configuration adds. */
export const ownRoutes = "routes of your own";

export interface AccessRow {
  /** The operation, `DeleteUser`, or the route, `DELETE /agents/{id}`. Different for each row. */
  readonly name: string;
  readonly operation: OperationRow;
  /** Its own, and those that some calls also need. */
  readonly actions: readonly string[];
  /** One of a few, as `what-can` groups them: `users`, `queues & routing`, {@link ownRoutes}. */
  readonly area: string;
  /** As the snapshot groups them: `user hierarchy groups`. */
  readonly narrowArea: string;
  /** Why to look at it first; absent for an action that does not escalate. */
  readonly escalates?: string;
  /** Those that a call can go to. */
  readonly instances: readonly ConnectInstance[];
}

export interface AccessColumn {
  /** What a binding asks for: `groups a, b and claim dept=sales`. Different for each column. */
  readonly name: string;
  /** Absent for a caller whom {@link AccessModel.columnOfCaller} describes. */
  readonly match?: BindingMatch;
  /** The bindings that ask for just that. Callers may match others as well, whose policies count. */
  readonly bindings: readonly Binding[];
}

/** A caller who may match several bindings. What is left out is unknown. */
export interface DescribedCaller {
  readonly id?: string;
  readonly groups?: readonly string[];
  /** Default: the first that is configured. */
  readonly issuer?: string;
}

interface Way {
  readonly label: string;
  readonly caller: OpenCaller;
  readonly layers: PolicyLayers | undefined;
}

/**
 * Cells that models of successive versions of a configuration share: a statement that is written as before, at the same place of the
 * same file, decides as before. Only bindings and policies may differ between them; else nothing is shared.
 */
export class SharedCells {
  readonly #numbers = new Map<string, number>();
  #of: string | undefined;
  #known = new Map<string, Map<string, AccessCell>>();
  /** How many cells were computed. */
  made = 0;

  /** The number of a statement, which all with the same text and place have. Old policies have no variables in it. */
  numberOf(statement: CompiledStatement): number {
    const { name, source } = statement;
    const text = JSON.stringify([name, source, templatesOf(statement).length]);
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  /** What is known of the operations and routes, by name. */
  cellsOf({ bindings: _bindings, guardrails: _guardrails, ...config }: Configuration) {
    const text = JSON.stringify(config);
    if (text !== this.#of) this.#known = new Map();
    this.#of = text;
    return this.#known;
  }
}

export class AccessModel {
  readonly config: Configuration;
  /** Areas in the order of their names, your own routes first; rows in the order of theirs. */
  readonly areas: ReadonlyMap<string, readonly AccessRow[]>;
  /** All of the areas. */
  readonly rows: readonly AccessRow[];
  /** In the order of the bindings; bindings that ask for the same share one. */
  readonly columns: readonly AccessColumn[];
  readonly #opened: LayersFinder;
  readonly #byName: ReadonlyMap<string, AccessRow>;
  readonly #byMatch: Map<string, AccessColumn>;
  readonly #ways = new WeakMap<AccessColumn, readonly Way[]>();
  readonly #cells = new WeakMap<AccessColumn, Map<AccessRow, AccessCell>>();
  readonly #shared: SharedCells;
  readonly #known: Map<string, Map<string, AccessCell>>;
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;

  /**
   * @param opened what `openBundle` returned, or `new BoundPolicies(bundle)`
   * @param shared cells of an earlier version of the configuration
   */
  constructor(config: Configuration, opened: LayersFinder, shared = new SharedCells()) {
    this.config = config;
    this.#shared = shared;
    this.#known = shared.cellsOf(config);
    this.#opened = opened;
    this.rows = listRows(config);
    this.#byName = new Map(this.rows.map((row) => [row.name, row]));
    this.areas = new Map(groupBy(this.rows, areaOfRow).map((rows) => [rows.map(areaOfRow)[0] ?? "", rows]));
    this.columns = groupBy(config.bindings, nameOf).map((bindings) => ({
      name: bindings.map(nameOf)[0] ?? "",
      bindings,
      ...(bindings[0] ? { match: bindings[0].match } : {}),
    }));
    this.#byMatch = new Map(this.columns.map((column) => [column.name, column]));
  }

  rowOf(name: string): AccessRow | undefined {
    return this.#byName.get(name);
  }

  /** Finds the column of a match that another configuration has. */
  columnOf(match: BindingMatch): AccessColumn {
    const name = describeMatch(match);
    const column = this.#byMatch.get(name) ?? { name, match, bindings: [] };
    this.#byMatch.set(name, column);
    return column;
  }

  /** Makes a column of a caller, who has the policies of all the bindings that match: how several bindings read together. */
  columnOfCaller({ id, groups = [], issuer }: DescribedCaller): AccessColumn {
    const name = [...(groups.length > 0 ? [`groups ${groups.join(" and ")}`] : []), ...(id ? [id] : [])];
    const column = { name: name.join(" and "), bindings: [] };
    const found = issuer ?? this.config.issuers[0]?.issuer ?? "";
    const named = principalNamed({ id: id ?? "", groups, issuer: found });
    const principal = { ...named, claims: { iss: found } };
    const isUnknown = (key: string) => key !== "aws:userid" || id === undefined;
    const layers = this.#opened.layersFor(principal);
    this.#ways.set(column, [{ label: column.name, caller: { principal, isUnknown }, layers }]);
    return column;
  }

  /** The same object each time, also for other columns whose callers have the same statements about the operation. */
  cell(row: AccessRow, column: AccessColumn): AccessCell {
    const ofColumn = this.#cells.get(column) ?? new Map<AccessRow, AccessCell>();
    this.#cells.set(column, ofColumn);
    const cell = ofColumn.get(row) ?? this.#findCell(row, column);
    ofColumn.set(row, cell);
    return cell;
  }

  #findCell(row: AccessRow, column: AccessColumn): AccessCell {
    const ways = this.#waysOf(column);
    const cells = ways.map((way) => ({ label: way.label, cell: this.#cellOfWay(row, way) }));
    const different = [...new Map(cells.map((each) => [each.cell, each])).values()];
    const [only, second] = different;
    if (only && !second) return only.cell;
    const labels = cells.map(({ label, cell }) => [label, this.#numberOf(cell)]);
    return this.#once(row, `joined ${JSON.stringify(labels)}`, () => joinCells(different));
  }

  #cellOfWay(row: AccessRow, { caller, layers }: Way): AccessCell {
    return this.#once(row, this.#keyOf(row, caller, layers), () => {
      const reachesOf = () =>
        row.instances.map((instance) => this.#reach(row.operation, caller, layers, instance));
      return createCell(wordOf(reachesOf()), () => {
        const reaches = reachesOf();
        const asked = row.instances.flatMap((instance, at) => {
          const reach = reaches[at];
          return reach ? [{ instance, reach }] : [];
        });
        return detailsOf(summarizeOperation(row.operation, asked), reaches, layers);
      });
    });
  }

  #reach(
    operation: OperationRow,
    caller: OpenCaller,
    layers: PolicyLayers | undefined,
    instance: ConnectInstance,
  ): OperationReach {
    return reachOfOperation(operation, { bundle: { config: this.config }, caller, layers, instance });
  }

  #once(row: AccessRow, key: string, make: () => AccessCell): AccessCell {
    const ofRow = this.#known.get(row.name) ?? new Map<string, AccessCell>();
    this.#known.set(row.name, ofRow);
    const known = ofRow.get(key);
    if (known) return known;
    this.#shared.made += 1;
    const cell = make();
    ofRow.set(key, cell);
    return cell;
  }

  /** Equal only for callers of whom the same statements decide. */
  #keyOf(
    { actions }: AccessRow,
    { principal, isUnknown }: OpenCaller,
    layers: PolicyLayers | undefined,
  ): string {
    if (!layers) return "no binding";
    let key = "";
    let usesId = false;
    for (const sets of [[layers.attached], denyingOf(layers), layers.boundaries, layers.guardrails]) {
      key += "|";
      for (const set of sets) {
        key += "/";
        for (const action of actions)
          for (const statement of statementsAbout(set, action)) {
            usesId ||= consultsId(statement);
            key += `${this.#numberOfStatement(statement)},`;
          }
      }
    }
    return usesId && !isUnknown("aws:userid") ? `${key} ${principal.id}` : key;
  }

  #numberOfStatement(statement: CompiledStatement): number {
    const number = this.#numbers.get(statement.source) ?? this.#shared.numberOf(statement);
    this.#numbers.set(statement.source, number);
    return number;
  }

  #numberOf(cell: AccessCell): number {
    const number = this.#numbers.get(cell) ?? this.#count++;
    this.#numbers.set(cell, number);
    return number;
  }

  #waysOf(column: AccessColumn): readonly Way[] {
    const ways = this.#ways.get(column) ?? this.#findWays(column);
    this.#ways.set(column, ways);
    return ways;
  }

  /** Of callers with the same policies, one stands for all, unless the policies look at their ids. */
  #findWays({ match }: AccessColumn): readonly Way[] {
    if (!match) return [];
    const byPolicies = new Map<unknown, Way>();
    for (const { subject, principal, isUnknown, layers } of callersOf(match, this.config, this.#opened)) {
      const key =
        layers && setsOf(layers).some(({ statements }) => statements.some(consultsId))
          ? principal.id
          : layers;
      if (!byPolicies.has(key))
        byPolicies.set(key, { label: subject.label, caller: { principal, isUnknown }, layers });
    }
    return [...byPolicies.values()];
  }
}

function areaOfRow({ area }: AccessRow): string {
  return area;
}

function nameOf({ match }: Binding): string {
  return describeMatch(match);
}

function listRows(config: Configuration): readonly AccessRow[] {
  const rows = listServed(config).map(({ name, operation, instances, route }): AccessRow => {
    const escalates = escalationOf(operation.action);
    return {
      ...{ name, operation, instances, actions: actionsOf(operation) },
      area: route ? ownRoutes : broadAreaOf(operation),
      narrowArea: route ? ownRoutes : areaOf(operation),
      ...(escalates === undefined ? {} : { escalates }),
    };
  });
  const byName = (one: AccessRow, other: AccessRow) =>
    compareText(one.area, other.area) || compareText(one.name, other.name);
  const isOwn = ({ area }: AccessRow) => area === ownRoutes;
  return [...rows.filter(isOwn).sort(byName), ...rows.filter((row) => !isOwn(row)).sort(byName)];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function actionsOf({ action, extraActions }: OperationRow): readonly string[] {
  return [...new Set([action, ...extraActions.map((extra) => extra.action)])];
}

function setsOf(layers: PolicyLayers): readonly CompiledPolicySet[] {
  return [layers.attached, ...denyingOf(layers), ...layers.boundaries, ...layers.guardrails];
}

const consulting = new WeakMap<CompiledStatement, boolean>();

/** Whether what a statement says depends on the caller's id. */
function consultsId(statement: CompiledStatement): boolean {
  const known = consulting.get(statement) ?? readsId(statement);
  consulting.set(statement, known);
  return known;
}

function readsId(statement: CompiledStatement): boolean {
  return (
    statement.conditions.some(({ lowerKey }) => lowerKey === "aws:userid") ||
    templatesOf(statement).some(({ variables }) =>
      variables.some(({ lowerKey }) => lowerKey === "aws:userid"),
    )
  );
}

function templatesOf({ conditions, resources }: CompiledStatement) {
  const texts = [...resources.patterns, ...conditions.flatMap(({ values }) => values)];
  return texts.flatMap(({ template }) => template ?? []);
}
