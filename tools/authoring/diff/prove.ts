/** Shows differences by calls: each is decided by both configurations before it is reported. */
import { type OpenedBundle, openRead } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { requestsOf } from "../../../shared/reach/implication/compare-forms.ts";
import type { FoundRequest } from "../../../shared/reach/implication/find-request.ts";
import { buildDraft } from "../counterexample/build-draft.ts";
import { decideDraft } from "../counterexample/decide-draft.ts";
import { DraftCall, type DraftCaller } from "../counterexample/draft-call.ts";
import type { ExampleCall } from "../counterexample/example-call.ts";
import { findInputs, type OperationInput } from "../counterexample/operation-inputs.ts";
import { createRepair } from "../counterexample/repair-input.ts";
import type { WrittenFacts } from "../tests/test-file.ts";
import { type CompareOptions, type DifferenceProver, findDifferences, type Told } from "./compare-access.ts";
import type { AccessDifference, Found, Unproved } from "./merge-differences.ts";
import { findSubjects, type Subject, shapeOf } from "./subjects.ts";

/** Compares what two bundles allow, and shows each difference by a call if it can. */
export function compareAccess(
  older: Bundle,
  newer: Bundle,
  options?: CompareOptions,
): readonly AccessDifference[] {
  return findDifferences(older, newer, { ...options, prover: new Prover(older, newer) });
}

type Direction = "gained" | "lost";

const directionsOf = {
  gains: ["gained"],
  loses: ["lost"],
  changes: ["gained", "lost"],
} as const satisfies Record<Found["change"], readonly Direction[]>;

/** What shows a difference for one subject shows it for another with the same statements. */
interface Recipe {
  readonly request: FoundRequest;
  readonly variant: number;
  readonly input: OperationInput;
}

const noRequest: FoundRequest = new Map();

/** For one difference, and for all together: what cannot be shown by then is reported as possible. */
const maxTries = 24;
const maxTriesInAll = 60_000;

interface Search extends Told {
  readonly found: Pick<Unproved, "example" | "isWithOthers">;
  readonly requests: readonly FoundRequest[];
}

interface Sides {
  readonly older: OpenedBundle;
  readonly newer: OpenedBundle;
  readonly subjects: readonly Subject[];
  readonly hasTime: boolean;
  readonly repairs: Readonly<Record<Direction, ReturnType<typeof createRepair>>>;
}

export class Prover implements DifferenceProver {
  readonly #read: () => Sides;
  readonly #recipes = new Map<string, Recipe | undefined>();
  #known: Sides | undefined;
  #tries = 0;

  constructor(older: Bundle, newer: Bundle) {
    this.#read = () => readSides(older, newer);
  }

  /** Made when something differs. */
  get #sides(): Sides {
    this.#known ??= this.#read();
    return this.#known;
  }

  prove({ difference, within: _within, ...rest }: Unproved, told: Told): Found {
    const directions = directionsOf[rest.change];
    const calls = directions.flatMap((direction) => {
      const requests = difference ? requestsOf(difference[direction]) : [noRequest];
      return this.#find(direction, { ...told, found: rest, requests }) ?? [];
    });
    // Of other conditions, what may add access is what counts.
    const proved = calls.some(({ newer }) => (newer === "allow") === (directions[0] === "gained"));
    return { ...rest, proved, calls };
  }

  /** Tells rows of another subject; `undefined` if one of the calls does not show it for this one. */
  retell<Row extends Pick<Found, "calls">>(
    rows: readonly Row[],
    from: Subject,
    to: Subject,
  ): readonly Row[] | undefined {
    const told: Row[] = [];
    for (const row of rows) {
      const calls = row.calls.flatMap((call) => this.#retellCall(call, from, to) ?? []);
      if (calls.length < row.calls.length) return undefined;
      told.push({ ...row, calls });
    }
    return told;
  }

  #retellCall(call: ExampleCall, from: Subject, to: Subject): ExampleCall | undefined {
    const { caller, operation, input, older, newer } = call;
    const issuer = this.#issuersOf(caller.issuer)[0];
    if (!issuer) return undefined;
    const groups = caller.groups.map((group) => (group === from.group ? (to.group ?? group) : group));
    const id = to.principal ?? caller.id;
    const told = { ...call, caller: { ...caller, id, groups, claims: { ...caller.claims, ...to.claims } } };
    const draft = DraftCall.of(told, issuer);
    const known = new Map(Object.entries(call.known ?? {}));
    const outcomes = [this.#sides.older, this.#sides.newer].map(
      (bundle) => decideDraft(draft, { operation, input }, { bundle, known }).outcome,
    );
    return outcomes[0] === older && outcomes[1] === newer ? told : undefined;
  }

  #find(direction: Direction, search: Search): ExampleCall | undefined {
    const { subject, found, action, statements } = search;
    const { example, isWithOthers } = found;
    if (example === undefined || subject.attached !== undefined) return undefined;
    const key = JSON.stringify([direction, action, example, isWithOthers, shapeOf(subject), statements]);
    if (this.#recipes.has(key)) {
      const recipe = this.#recipes.get(key);
      return recipe && this.#tryAll([recipe], direction, search)?.call;
    }
    const first = this.#tryAll(this.#recipesOf(direction, search), direction, search);
    this.#recipes.set(key, first?.recipe);
    return first?.call;
  }

  *#recipesOf(direction: Direction, { requests, action, found }: Search): Generator<Recipe> {
    const { instances } = (direction === "gained" ? this.#sides.newer : this.#sides.older).config;
    const inputs = findInputs(action, found.example ?? "", instances);
    for (const variant of [0, 1, 2])
      for (const request of requests) {
        if (variant > 0 && ![...request.values()].some((witnesses) => witnesses.length > variant)) continue;
        for (const input of inputs) yield { request, variant, input };
      }
  }

  #tryAll(
    recipes: Iterable<Recipe>,
    direction: Direction,
    { subject, found }: Search,
  ): { readonly recipe: Recipe; readonly call: ExampleCall } | undefined {
    const callers = this.#callersOf(subject, found.isWithOthers);
    let tries = 0;
    for (const recipe of recipes)
      for (const caller of callers) {
        tries += 1;
        this.#tries += 1;
        if (tries > maxTries || this.#tries > maxTriesInAll) return undefined;
        const { request, variant } = recipe;
        const draft = buildDraft(request, { caller, example: found.example ?? "", variant });
        const shown = draft && this.#show(draft, direction, recipe.input);
        if (shown) return { recipe: { ...recipe, input: shown.input }, call: shown.call };
      }
    return undefined;
  }

  /** Asks both, and mends what else the call needs so that one of them allows it. */
  #show(
    draft: DraftCall,
    direction: Direction,
    given: OperationInput,
  ): { readonly input: OperationInput; readonly call: ExampleCall } | undefined {
    if (this.#sides.hasTime) draft.atMs ??= usualTimeMs;
    const known = new Map<string, WrittenFacts>();
    const [allowing, refusing] =
      direction === "gained"
        ? [this.#sides.newer, this.#sides.older]
        : [this.#sides.older, this.#sides.newer];
    let input: OperationInput | undefined = given;
    const mend = this.#sides.repairs[direction]();
    while (input) {
      known.clear();
      const wanted = decideDraft(draft, input, { bundle: allowing, known });
      if (wanted.outcome === "allow") {
        if (decideDraft(draft, input, { bundle: refusing, known }).outcome !== "deny") return undefined;
        return { input, call: callOf(draft, input, { known, direction }) };
      }
      input = wanted.decision && mend(input, wanted.decision, given);
    }
    return undefined;
  }

  #callersOf(subject: Subject, isWithOthers: boolean): readonly DraftCaller[] {
    const others = isWithOthers
      ? this.#sides.subjects
          .filter((other) => other !== subject && areCompatible(subject, other))
          .slice(0, maxOthers)
      : [undefined];
    return others.flatMap((other) => {
      const id = subject.principal ?? other?.principal ?? "caller-1";
      const groups = [...new Set([subject.group, other?.group].flatMap((group) => group ?? []))];
      const claims = { ...other?.claims, ...subject.claims };
      return this.#issuersOf(subject.issuer ?? other?.issuer).map((issuer) => ({
        issuer,
        id,
        groups,
        claims,
      }));
    });
  }

  #issuersOf(url: string | undefined): readonly IssuerConfiguration[] {
    const all = [...this.#sides.newer.config.issuers, ...this.#sides.older.config.issuers];
    const named = new Map(all.map((each) => [each.issuer, each]));
    return [...named.values()]
      .filter(({ issuer }) => url === undefined || issuer === url)
      .slice(0, maxIssuers);
  }
}

function readSides(older: Bundle, newer: Bundle): Sides {
  const conditions = [older, newer].flatMap(({ policies }) =>
    policies.flatMap(({ statements }) => statements.flatMap((each) => each.conditions)),
  );
  return {
    older: openRead(older, { place: "candidate" }),
    newer: openRead(newer, { place: "candidate" }),
    subjects: findSubjects([older.config, newer.config]),
    hasTime: conditions.some(({ key }) => /^aws:(?:currenttime|epochtime)$/i.test(key)),
    repairs: { gained: createRepair(newer), lost: createRepair(older) },
  };
}

const maxOthers = 6;
const maxIssuers = 2;
/** 1 January 2026. */
const usualTimeMs = 1_767_225_600_000;

function areCompatible(one: Subject, other: Subject): boolean {
  const clash = Object.entries(other.claims).some(([claim, value]) => (one.claims[claim] ?? value) !== value);
  const isOneId =
    one.principal === undefined || other.principal === undefined || one.principal === other.principal;
  const isOneIssuer = one.issuer === undefined || other.issuer === undefined || one.issuer === other.issuer;
  return !clash && isOneId && isOneIssuer;
}

function callOf(
  draft: DraftCall,
  { operation, input }: OperationInput,
  { known, direction }: { readonly known: ReadonlyMap<string, WrittenFacts>; readonly direction: Direction },
): ExampleCall {
  const { id, name, groups, tags, claims, issuer, from, via, atMs } = draft;
  return {
    older: direction === "gained" ? "deny" : "allow",
    newer: direction === "gained" ? "allow" : "deny",
    operation,
    input: draft.inputOf(operation, input),
    caller: { id, groups, tags, claims, issuer: issuer.issuer, ...(name === undefined ? {} : { name }) },
    ...(known.size > 0 ? { known: Object.fromEntries(known) } : {}),
    ...(from === undefined ? {} : { from }),
    ...(via === undefined ? {} : { via }),
    ...(atMs === undefined ? {} : { at: new Date(atMs).toISOString() }),
  };
}
