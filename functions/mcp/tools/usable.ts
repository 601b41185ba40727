/** The tools that a caller may use at all: those of which `what-can` says `always`, `some` or `depends`. */
import type { Attachments } from "../../../shared/bundle/attachments.ts";
import type { OpenedBundle } from "../../../shared/bundle/bundle.ts";
import type { VerifiedPrincipal } from "../../../shared/identity/types.ts";
import { LruMap } from "../../../shared/lru.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";
import { type AccessWord, reachOfOperation, wordOf } from "../../../shared/reach/operation-reach.ts";
import { type Tool, toolsOf } from "./tool.ts";

export interface UsableTool {
  readonly tool: Tool;
  readonly word: Exclude<AccessWord, "never">;
}

export interface ToolUser {
  readonly bundle: OpenedBundle;
  readonly principal: VerifiedPrincipal;
  /** What the table attaches to the principal, if anything. */
  readonly attachments?: Attachments | undefined;
}

/** The last callers of each bundle. */
const known = new WeakMap<OpenedBundle, LruMap<string, readonly UsableTool[]>>();
const maxCallers = 100;

/** In the order of the configuration's tools. Everything is known of the caller, and nothing of the call. */
export function usableTools(user: ToolUser): readonly UsableTool[] {
  const { bundle, principal, attachments } = user;
  const ofBundle = known.get(bundle) ?? new LruMap<string, readonly UsableTool[]>({ maxEntries: maxCallers });
  known.set(bundle, ofBundle);
  const { expiresAtSeconds: _, ...who } = principal;
  const key = JSON.stringify([who, attachments]);
  const found = ofBundle.get(key) ?? findUsable(user);
  ofBundle.set(key, found);
  return found;
}

function findUsable({ bundle, principal, attachments }: ToolUser): readonly UsableTool[] {
  // As for a call, either the bundle alone or the bundle with the attachments may allow.
  const ways = [
    bundle.layersFor(principal),
    ...(attachments ? [bundle.layersFor(principal, attachments)] : []),
  ];
  return [...toolsOf(bundle.config).values()].flatMap((tool): readonly UsableTool[] => {
    const words = ways.map((layers) => wordFor(tool, { bundle, principal, layers }));
    const [word] = (["always", "sometimes"] as const).filter((each) => words.includes(each));
    return word ? [{ tool, word }] : [];
  });
}

function wordFor(
  { served: { operation, instances } }: Tool,
  { bundle, principal, layers }: ToolUser & { readonly layers: PolicyLayers | undefined },
): AccessWord {
  const caller = { principal, isUnknown: () => false, via: "mcp" } as const;
  return wordOf(
    instances.map((instance) => reachOfOperation(operation, { bundle, caller, layers, instance })),
  );
}
