/** What the configuration says of this door: whether it is open, and which callers may ask about others. */
import { lowerAscii } from "../../shared/ascii.ts";
import { createBindingFinder } from "../../shared/bundle/binding-layers.ts";
import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import { match } from "../../shared/bundle/bundle-shape.ts";
import type { BindingMatch } from "../../shared/bundle/types.ts";
import { CodedError } from "../../shared/errors.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { list, object } from "../../shared/shape.ts";

export interface Door {
  /** Whether a caller may ask about others. */
  isTrusted(principal: VerifiedPrincipal): boolean;
  /** Lower-case names of the claims that decisions, or this trust, can depend on. */
  readonly consultedClaims: ReadonlySet<string>;
}

const shape = object({ trusted: list(match, { min: 1 }) });
const doors = new WeakMap<OpenedBundle, Door>();

/**
 * Returns the door of a bundle; `undefined` while it is shut.
 *
 * @throws CodedError `bundleUnavailable` for a setting that this version does not understand
 */
export function doorOf(bundle: OpenedBundle): Door | undefined {
  const setting = bundle.config.doors?.authzen;
  if (setting === undefined) return undefined;
  const known = doors.get(bundle);
  if (known) return known;
  const problem = setting === true ? undefined : shape(setting);
  if (problem)
    throw new CodedError(
      "bundleUnavailable",
      `the door \`authzen\` is refused: ${problem.path}: ${problem.message}`,
    );
  const door = makeDoor(setting === true ? [] : setting.trusted, bundle.consultedClaims);
  doors.set(bundle, door);
  return door;
}

function makeDoor(trusted: readonly BindingMatch[], consulted: ReadonlySet<string>): Door {
  const find = createBindingFinder(trusted.map((each) => ({ match: each, policies: [] })));
  const matched = trusted.flatMap(({ claims }) => Object.keys(claims ?? {}).map((name) => lowerAscii(name)));
  return {
    // A claim that is not known makes nobody trusted.
    isTrusted: (principal) => find(principal).some(({ fit }) => fit === "certain"),
    consultedClaims: new Set([...consulted, ...matched]),
  };
}
