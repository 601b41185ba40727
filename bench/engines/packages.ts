/**
 * The engines that are compared, which the product itself does not have: installed under `bench` on first use,
 * and described here as far as they are used, so that neither the build nor the types need them.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { installPackages } from "../../tools/install-packages.mjs";

/** What Cedar answers, as far as it is read. */
export type CedarAnswer =
  | {
      readonly type: "success";
      readonly response: {
        readonly decision: "allow" | "deny";
        readonly diagnostics: { readonly errors: readonly unknown[] };
      };
    }
  | { readonly type: "failure"; readonly errors: readonly unknown[] };

/** Of `@cedar-policy/cedar-wasm`, the stateful interface. */
export interface CedarModule {
  preparsePolicySet(id: string, policies: unknown): { readonly type: "success" | "failure" };
  statefulIsAuthorized(call: unknown): CedarAnswer;
  getCedarVersion(): string;
}

/** Where casbin keeps its rows. */
interface CasbinModel {
  readonly model: ReadonlyMap<string, ReadonlyMap<string, { readonly policy: string[][] }>>;
}

/** Of casbin's `CachedEnforcer`. */
export interface CasbinEnforcer {
  addFunction(name: string, call: (text: string, pattern: string) => boolean): Promise<void>;
  enforceSync(...columns: readonly string[]): boolean;
  enforce(...columns: readonly string[]): Promise<boolean>;
  invalidateCache(): void;
}

/** Of `casbin`. */
export interface CasbinModule {
  newModelFromString(text: string): CasbinModel;
  newCachedEnforcer(
    model: CasbinModel,
    adapter: { readonly loadPolicy: (model: CasbinModel) => Promise<void> },
  ): Promise<CasbinEnforcer>;
}

/** The compared engines and their versions. */
export interface ComparedPackages {
  readonly cedar: CedarModule;
  readonly casbin: CasbinModule;
  readonly versions: { readonly cedar: string; readonly casbin: string };
}

const folder = "bench";

/**
 * Loads the packages from `bench/node_modules`, installing them first where they are missing.
 *
 * @param root the checkout's folder
 * @throws Error that says what to run when they cannot be installed
 */
export function loadPackages(root: string): ComparedPackages {
  installPackages(root, folder);
  const require = createRequire(join(root, folder, "package.json"));
  // Each is checked by its use: before anything is timed, every answer of theirs is compared with IAM's.
  const cedar = require("@cedar-policy/cedar-wasm/nodejs") as CedarModule;
  const casbin = require("casbin") as CasbinModule;
  const { version } = require("casbin/package.json") as { readonly version: string };
  return { cedar, casbin, versions: { cedar: cedar.getCedarVersion(), casbin: version } };
}
