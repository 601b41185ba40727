/**
 * What Try knows of a configuration, and what it says of a call: the engine of `explain`, in the browser. It is loaded when
 * the view is opened, and runs where the page runs: a call takes less than a frame.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { BoundPolicies, createBindingFinder } from "../../../../shared/bundle/binding-layers.ts";
import type { OpenedBundle } from "../../../../shared/bundle/bundle.ts";
import { areaOf } from "../../../../shared/catalog/area.ts";
import { findOperation, operations } from "../../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../../shared/catalog/types.ts";
import { CodedError } from "../../../../shared/errors.ts";
import { ClaimError } from "../../../../shared/identity/principal/issued-claims.ts";
import { TokenError } from "../../../../shared/identity/token/token-error.ts";
import type { VerifiedPrincipal } from "../../../../shared/identity/types.ts";
import type { MatchedStatement } from "../../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayers } from "../../../../shared/policy/evaluate/layers.ts";
import { nameOfRoute } from "../../../../shared/reach/served.ts";
import { decodeInput } from "../../../../shared/request/decode/decode.ts";
import { findRoute, findServedSchema } from "../../../../shared/request/route/served-route.ts";
import type { CustomRoute, InputValue } from "../../../../shared/request/types.ts";
import type { CellStatement } from "../../../authoring/access/access-cell.ts";
import { ownRoutes } from "../../../authoring/access/access-model.ts";
import {
  type KnownCallers,
  knownCallers,
  type WrittenCaller,
} from "../../../authoring/access/known-callers.ts";
import { describeMatch } from "../../../authoring/access/roles.ts";
import { findConfiguredIssuer } from "../../../authoring/configuration/configured-issuer.ts";
import { mintCaller } from "../../../authoring/configuration/mint-caller.ts";
import { explainCall } from "../../../authoring/explain/explain-call.ts";
import { type MatchedBinding, type Report, reportOf } from "../../../authoring/explain/report.ts";
import { describeUnknownGroups } from "../../../authoring/explain/unknown-groups.ts";
import { withoutDenies } from "../../../authoring/explain/without-denies.ts";
import { nearestName } from "../../../authoring/nearest-name.ts";
import { httpCallOf, requestOf, type TriedRequest } from "../../../authoring/own-request.ts";
import { fillInput } from "../../../authoring/tests/fill-input.ts";
import type { WrittenFacts } from "../../../authoring/tests/test-file.ts";
import type { GivenConfiguration } from "../../api.ts";
import type { ShownStatement } from "../engine/protocol.ts";
import { showStatement } from "../engine/show-statement.ts";
import { readCurl } from "./curl.ts";
import { findOperations, type NamedOperation } from "./find-operations.ts";
import { withChoices, withoutSecrets } from "./form/form-value.ts";
import { fillRoute, requestOfRoute, shapeOfRoute } from "./form/route-input.ts";
import { type Shape, shapeOf } from "./form/shape.ts";

type Json = Readonly<Record<string, unknown>>;

export interface TryAnswer {
  readonly report: Report;
  readonly request: TriedRequest;
  /** The statements behind the questions, by {@link statementKey}. */
  readonly statements: ReadonlyMap<string, ShownStatement>;
}

/** Names a statement of the caller's policies. */
export function statementKey({ policy, index }: Pick<MatchedStatement, "policy" | "index">): string {
  return `${policy} ${index}`;
}

/** What cannot be tried, and what to do. */
export class TryProblem extends Error {}

/** An operation that can be tried, or a route of the configuration by its name. */
export interface Triable extends NamedOperation {
  /** The operation of a route. */
  readonly leadsTo?: string;
}

/** What an operation's or a route's name stands for. */
interface Target {
  readonly row: OperationRow;
  readonly route?: CustomRoute;
}

export interface TriedCall {
  readonly principal: VerifiedPrincipal;
  /** Its name, or the name of a route: `GET /agents/{id}`. */
  readonly operation: string;
  /** Of an operation; of a route, what its request is made of. */
  readonly input: Json;
  /** What Amazon Connect would tell. */
  readonly known?: ReadonlyMap<string, WrittenFacts>;
  /** Of the browser that sends it. */
  readonly userAgent?: string;
}

export class TryModel {
  readonly #given: GivenConfiguration;
  readonly #bundle: OpenedBundle;
  readonly callers: KnownCallers;
  readonly operations: readonly Triable[];
  readonly #routes: ReadonlyMap<string, CustomRoute>;

  /** @throws DocumentError for a bundle that cannot be opened */
  constructor(given: GivenConfiguration) {
    this.#given = given;
    this.#bundle = openBound(given);
    this.callers = knownCallers(given.bundle.config);
    const { routes } = given.bundle.config;
    this.#routes = new Map(routes.map((route) => [nameOfRoute(route), route]));
    this.operations = [
      ...routes.map((route) => ({ name: nameOfRoute(route), area: ownRoutes, leadsTo: route.operation })),
      ...operations()
        .filter(({ refused }) => refused === undefined)
        .map((row) => ({ name: row.name, area: areaOf(row) })),
    ];
  }

  /** Finds operations and routes by words, the best first. */
  find(text: string): readonly Triable[] {
    return findOperations(this.operations, text);
  }

  /** The route of this name, if the configuration has it. */
  route(name: string): CustomRoute | undefined {
    return this.#routes.get(name);
  }

  /** Writes what is required; nothing for an operation that is not served. @param given members that are known */
  fill(operation: string, given: Json = {}): string {
    const target = this.#find(operation);
    if (target === undefined) return "";
    const { row, route } = target;
    const shape = shapeOf(findServedSchema(row).input);
    const { instances } = this.#given.bundle.config;
    const filled = withChoices(shape, fillInput(row, given, instances).input);
    return toJson(route ? fillRoute(route, shape, filled) : filled);
  }

  /** The shape of the input of an operation or a route; `undefined` for what is not served. */
  shape(operation: string): Shape | undefined {
    const target = this.#find(operation);
    if (target === undefined) return undefined;
    const shape = shapeOf(findServedSchema(target.row).input);
    return target.route ? shapeOfRoute(target.route, shape) : shape;
  }

  /** Whether the policies or the bindings name one of these condition keys or claims. */
  consults(...keys: readonly string[]): boolean {
    const { policies, config } = this.#given.bundle;
    this.#text ??= lowerAscii(JSON.stringify([policies, config.bindings]));
    return keys.some((key) => this.#text?.includes(lowerAscii(key)));
  }

  #text: string | undefined;

  /** Leaves out what an address must not hold: sensitive members, and what is not JSON. */
  withoutSecrets(operation: string, text: string): string {
    try {
      const shape = this.shape(operation);
      return shape === undefined ? "" : (JSON.stringify(withoutSecrets(shape, JSON.parse(text))) ?? "");
    } catch {
      return "";
    }
  }

  /** Makes the caller that a token with these claims is of. @throws TryProblem */
  principalOf({ issuer: url, ...caller }: WrittenCaller): VerifiedPrincipal {
    const issuer = findConfiguredIssuer(url, this.#given.bundle.config.issuers);
    if (typeof issuer === "string") throw new TryProblem(issuer);
    try {
      return mintCaller(caller, issuer);
    } catch (cause) {
      if (cause instanceof ClaimError) throw new TryProblem(cause.message, { cause });
      if (!(cause instanceof TokenError)) throw cause;
      throw new TryProblem(`a token like this is refused: ${cause.description}`, { cause });
    }
  }

  /** Reads a curl line as the proxy reads its request. @throws TryProblem */
  readCurl(text: string): { readonly operation: string; readonly input: string; readonly token?: string } {
    const request = readCurl(text);
    if (typeof request === "string") throw new TryProblem(request);
    const { tokenHeader, routes } = this.#given.bundle.config;
    const [, sent = ""] = request.headers.find(([name]) => name === tokenHeader) ?? [];
    const token = sent.replace(/^Bearer\s+/i, "");
    const headers = request.headers.filter(([name]) => name !== tokenHeader);
    try {
      const call = httpCallOf({ ...request, headers });
      const routed = findRoute(call, routes);
      const input = decodeInput(call, routed, findServedSchema(routed.row));
      const isSecret = token !== "" && !token.startsWith("$");
      const route = routes.find((each) => each.input === routed.custom?.input);
      const read = route
        ? { operation: nameOfRoute(route), input: toJson(partsOf(request, routed.custom?.labels)) }
        : { operation: routed.row.name, input: toJson(plain(input)) };
      return { ...read, ...(isSecret ? { token } : {}) };
    } catch (cause) {
      if (cause instanceof CodedError) throw new TryProblem(cause.message, { cause });
      throw cause;
    }
  }

  /** Makes the request of a call. @throws TryProblem for an unknown operation */
  request(operation: string, input: Json): TriedRequest {
    const { row, route } = this.#target(operation);
    return route ? requestOfRoute(route, input) : requestOf(row, input);
  }

  /** Decides as both functions do. @throws TryProblem for an unknown operation */
  async decide(tried: TriedCall): Promise<TryAnswer> {
    const { principal, operation, input, userAgent = "", known = new Map() } = tried;
    const { config } = this.#given.bundle;
    const request = this.request(operation, input);
    const headers: TriedRequest["headers"] = [
      ...request.headers,
      ...(userAgent === "" ? [] : [["user-agent", userAgent] as const]),
    ];
    const call = httpCallOf({ ...request, headers }, { sourceIp: "127.0.0.1" });
    const asked = { bundle: this.#bundle, principal, call };
    const explanation = await explainCall(asked, { known });
    const without = withoutDenies(explanation, this.#given.bundle, this.#bundle);
    const report = reportOf(explanation, {
      caller: { principal },
      filledIn: [],
      folder: this.#given.prefix.replace(/\/$/, ""),
      bindings: this.#bindingsOf(principal),
      guardrails: config.guardrails,
      notes: describeUnknownGroups(principal.groups, config),
      ...(without
        ? { withoutDeny: (await explainCall({ ...asked, bundle: without }, { known })).outcome }
        : {}),
    });
    return { report, request, statements: this.#statements(principal, report) };
  }

  #find(operation: string): Target | undefined {
    const route = this.#routes.get(operation);
    const row = findOperation(route?.operation ?? operation);
    if (row === undefined || row.refused !== undefined) return undefined;
    return { row, ...(route ? { route } : {}) };
  }

  #target(operation: string): Target {
    const found = this.#find(operation);
    if (found !== undefined) return found;
    const row = findOperation(operation);
    if (row?.refused !== undefined) throw new TryProblem(`\`${operation}\` is not served: ${row.refused}`);
    if (operation === "") throw new TryProblem("Choose an operation, like `DescribeUser`.");
    const nearest = nearestName(
      operation,
      this.operations.map(({ name }) => name),
    );
    const hint = nearest === undefined ? "search the list by words" : `did you mean \`${nearest}\``;
    throw new TryProblem(`\`${operation}\` is not an operation of Amazon Connect; ${hint}`);
  }

  #bindingsOf(principal: VerifiedPrincipal): readonly MatchedBinding[] {
    const { bindings } = this.#given.bundle.config;
    return createBindingFinder(bindings)(principal)
      .filter(({ fit }) => fit !== "none")
      .sort((a, b) => bindings.indexOf(a.binding) - bindings.indexOf(b.binding))
      .map(({ binding, fit }) => ({
        place: describeMatch(binding.match) || "every caller",
        match: fit === "certain" ? "certain" : "perhaps",
        policies: binding.policies,
        ...(binding.boundary === undefined ? {} : { boundary: binding.boundary }),
      }));
  }

  #statements(principal: VerifiedPrincipal, { asks }: Report): ReadonlyMap<string, ShownStatement> {
    const wanted = new Set(asks.flatMap(({ statements }) => statements.map(statementKey)));
    const found = statementsOf(
      this.#bundle.layersFor(principal, { policies: [], boundaries: [], version: 0 }),
    );
    const shown = found.filter((each) => wanted.has(statementKey(each)));
    return new Map(shown.map((each) => [statementKey(each), showStatement(each, this.#given)]));
  }
}

/** What decides: nothing of it needs the bundle's hash, which the gateway has checked. */
function openBound({ bundle }: GivenConfiguration): OpenedBundle {
  const bound = new BoundPolicies(bundle);
  return {
    ...{ version: bundle.version, config: bundle.config, label: {}, policyCount: bundle.policies.length },
    consultedClaims: new Set(),
    hasPolicy: (name) => bound.has(name),
    layersFor: (...of) => bound.layersFor(...of),
    documentsFor: (...of) => bound.documentsFor(...of),
  };
}

function statementsOf(layers: PolicyLayers | undefined): readonly CellStatement[] {
  if (!layers) return [];
  const within = (sets: readonly PolicyLayers["attached"][], layer: CellStatement["layer"]) =>
    sets.flatMap((set) =>
      set.statements.map(({ name, source: { start, end } }) => ({ ...name, layer, start, end })),
    );
  return [
    ...within(layers.denying ? [layers.attached, layers.denying] : [layers.attached], "attached"),
    ...within(layers.boundaries, "boundary"),
    ...within(layers.guardrails, "guardrail"),
  ];
}

/** What a route's request is made of, as Try writes it. */
function partsOf({ query, body }: TriedRequest, labels: ReadonlyMap<string, string> = new Map()): Json {
  const asked: Record<string, unknown> = {};
  for (const [name, value] of query)
    asked[name] = Object.hasOwn(asked, name) ? [asked[name], value].flat() : value;
  return {
    ...(labels.size > 0 ? { path: Object.fromEntries(labels) } : {}),
    ...(query.length > 0 ? { query: asked } : {}),
    ...(body === "" ? {} : { body: JSON.parse(body) }),
  };
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

/** As JSON says it: times are seconds since the epoch. */
function plain(value: InputValue | undefined): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
