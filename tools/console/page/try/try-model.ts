/**
 * What Try knows of a configuration, and what it says of a call: the engine of `explain`, in the browser. It is loaded when
 * the view is opened, and runs where the page runs: a call takes less than a frame.
 */
import { BoundPolicies, createBindingFinder } from "../../../../shared/bundle/binding-layers.ts";
import type { OpenedBundle } from "../../../../shared/bundle/bundle.ts";
import { findOperation, operations } from "../../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../../shared/catalog/types.ts";
import { CodedError } from "../../../../shared/errors.ts";
import { TokenError } from "../../../../shared/identity/token/token-error.ts";
import type { VerifiedPrincipal } from "../../../../shared/identity/types.ts";
import type { MatchedStatement } from "../../../../shared/policy/evaluate/evaluate.ts";
import type { PolicyLayers } from "../../../../shared/policy/evaluate/layers.ts";
import { decodeInput } from "../../../../shared/request/decode/decode.ts";
import { findRoute, findServedSchema } from "../../../../shared/request/route/served-route.ts";
import type { InputValue } from "../../../../shared/request/types.ts";
import type { CellStatement } from "../../../authoring/access/access-cell.ts";
import { areaOf } from "../../../authoring/access/area.ts";
import { describeMatch } from "../../../authoring/access/roles.ts";
import { findConfiguredIssuer } from "../../../authoring/configuration/configured-issuer.ts";
import { ClaimError } from "../../../authoring/configuration/issued-claims.ts";
import { mintCaller } from "../../../authoring/configuration/mint-caller.ts";
import { explainCall } from "../../../authoring/explain/explain-call.ts";
import { type MatchedBinding, type Report, reportOf } from "../../../authoring/explain/report.ts";
import { describeUnknownGroups } from "../../../authoring/explain/unknown-groups.ts";
import { withoutDenies } from "../../../authoring/explain/without-denies.ts";
import { nearestName } from "../../../authoring/nearest-name.ts";
import { httpCallOf, requestOf, type TriedRequest } from "../../../authoring/own-request.ts";
import { fillInput } from "../../../authoring/tests/fill-input.ts";
import type { GivenConfiguration } from "../../api.ts";
import type { ShownStatement } from "../engine/protocol.ts";
import { showStatement } from "../engine/show-statement.ts";
import { type KnownCallers, knownCallers, type WrittenCaller } from "./caller-text.ts";
import { readCurl } from "./curl.ts";
import { withChoices, withoutSecrets } from "./form/form-value.ts";
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

export interface TriedCall {
  readonly principal: VerifiedPrincipal;
  readonly operation: string;
  readonly input: Json;
  /** Of the browser that sends it. */
  readonly userAgent?: string;
}

export class TryModel {
  readonly #given: GivenConfiguration;
  readonly #bundle: OpenedBundle;
  readonly callers: KnownCallers;
  readonly operations: readonly { readonly name: string; readonly area: string }[];

  /** @throws DocumentError for a bundle that cannot be opened */
  constructor(given: GivenConfiguration) {
    this.#given = given;
    this.#bundle = openBound(given);
    this.callers = knownCallers(given.bundle.config);
    this.operations = operations()
      .filter(({ refused }) => refused === undefined)
      .map((row) => ({ name: row.name, area: areaOf(row) }));
  }

  /** Writes an operation's required members; nothing for an operation that is not served. */
  fill(operation: string): string {
    const row = findOperation(operation);
    if (row === undefined || row.refused !== undefined) return "";
    const { input } = fillInput(row, {}, this.#given.bundle.config.instances);
    return toJson(withChoices(shapeOf(findServedSchema(row).input), input));
  }

  /** The shape of an operation's input; `undefined` for an operation that is not served. */
  shape(operation: string): Shape | undefined {
    const row = findOperation(operation);
    return row === undefined || row.refused !== undefined ? undefined : shapeOf(findServedSchema(row).input);
  }

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
      return {
        ...{ operation: routed.row.name, input: toJson(plain(input)) },
        ...(isSecret ? { token } : {}),
      };
    } catch (cause) {
      if (cause instanceof CodedError) throw new TryProblem(cause.message, { cause });
      throw cause;
    }
  }

  /** Makes the request of a call. @throws TryProblem for an unknown operation */
  request(operation: string, input: Json): TriedRequest {
    return requestOf(this.#row(operation), input);
  }

  /** Decides as both functions do. @throws TryProblem for an unknown operation */
  async decide({ principal, operation, input, userAgent = "" }: TriedCall): Promise<TryAnswer> {
    const { config } = this.#given.bundle;
    const request = requestOf(this.#row(operation), input);
    const headers: TriedRequest["headers"] = [
      ...request.headers,
      ...(userAgent === "" ? [] : [["user-agent", userAgent] as const]),
    ];
    const call = httpCallOf({ ...request, headers }, { sourceIp: "127.0.0.1" });
    const asked = { bundle: this.#bundle, principal, call };
    const explanation = await explainCall(asked);
    const without = withoutDenies(explanation, this.#given.bundle, this.#bundle);
    const report = reportOf(explanation, {
      caller: { principal },
      filledIn: [],
      folder: this.#given.prefix.replace(/\/$/, ""),
      bindings: this.#bindingsOf(principal),
      guardrails: config.guardrails,
      notes: describeUnknownGroups(principal.groups, config),
      ...(without ? { withoutDeny: (await explainCall({ ...asked, bundle: without })).outcome } : {}),
    });
    return { report, request, statements: this.#statements(principal, report) };
  }

  #row(operation: string): OperationRow {
    const row = findOperation(operation);
    if (row !== undefined && row.refused === undefined) return row;
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
