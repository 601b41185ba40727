/** What the console's page and the gateway say to each other under `/_console/api/`, as JSON. */
import type { Bundle } from "../../shared/bundle/types.ts";
import type { Issue } from "../../shared/errors.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";

/** The header of the session's token: each request below `/_console/api/` needs it. */
export const tokenHeader = "x-console-token";

/** A file of the configuration, as its author wrote it. */
export interface SourceFile {
  /** Within the configuration's folder, as statements name it: `policies/everything.json`. */
  readonly path: string;
  readonly text: string;
}

/** A configuration as the page judges it. */
export interface GivenConfiguration {
  readonly ok: true;
  /** What people call it: its folder, `HEAD~1:config`, `config, environment production`. */
  readonly name: string;
  /** What precedes the path of a file: `config/`. Empty for the file of a bundle. */
  readonly prefix: string;
  readonly bundle: Bundle;
  /** Empty if only the file of a bundle is known. */
  readonly files: readonly SourceFile[];
  readonly warnings: readonly Issue[];
}

export interface RefusedConfiguration {
  readonly ok: false;
  readonly name: string;
  /** Why it cannot be used, in lines. */
  readonly problem: string;
}

/** The answer of `GET configuration`, which is the one that decides, and of `GET other?kind=KIND&name=NAME`. */
export type ConfigurationAnswer = GivenConfiguration | RefusedConfiguration;

/** What the configuration that decides is compared with. */
export type Other =
  | { readonly kind: "revision"; readonly name: string }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "candidate" };

/** The answer of `GET others`: what it can be compared with. */
export interface OthersAnswer {
  readonly environments: readonly string[];
  readonly hasCandidate: boolean;
  readonly hasRevisions: boolean;
}

/** What happened at the gateway since the page asked last. */
export type ConsoleEvent =
  /** Another configuration decides now. */
  | { readonly kind: "configuration"; readonly version: string }
  /** A change could not be used: the last good configuration still decides. */
  | { readonly kind: "refused"; readonly problem: string }
  /** A call was decided. @member line its record, as the functions log it: it may hold anything that a caller sent */
  | { readonly kind: "record"; readonly line: string };

/** The answer of `GET events?after=N`. */
export interface EventsAnswer {
  /** What to ask after next time. */
  readonly next: number;
  readonly events: readonly ConsoleEvent[];
  /** How many were forgotten before the page asked; absent if none were. */
  readonly missed?: number;
}

/** The answer of `GET first-calls`: commands for a shell that make the first calls. */
export interface FirstCallsAnswer {
  readonly commands: readonly string[];
}

/** A file of the configuration's folder that the console can edit. */
export interface EditedFile extends SourceFile {
  /** Names its content: another one means that it changed. */
  readonly tag: string;
}

/** The answer of `GET files`. */
export interface FilesAnswer {
  /** Of a bundle that somebody made elsewhere there are no files. */
  readonly isReadOnly: boolean;
  /** The environment that decides. */
  readonly environment?: string;
  /** `authorizer.yaml`, the policies, the environments and the tests. Links and large files are not among them. */
  readonly files: readonly EditedFile[];
}

/** The body of `PUT file`. */
export interface Save extends SourceFile {
  /** The tag that it had when it was read; `null` for a new policy. */
  readonly was: string | null;
}

/** Its answer. */
export type SaveAnswer = Pick<EditedFile, "path" | "tag">;

/** Its answer with the status 409: the file changed since it was read. */
export interface SaveConflict {
  readonly path: string;
  /** As it is now; `null` if it is not there. */
  readonly now: EditedFile | null;
}

/** Why the gateway did not do what it was asked, in words. */
export interface NotDone {
  readonly ok: false;
  readonly problem: string;
}

/** The answer of `POST who` with `{ token }`: whom the authorizer takes its sender for. */
export type WhoAnswer = { readonly ok: true; readonly principal: VerifiedPrincipal } | NotDone;

/** What `POST send` takes: a request to this gateway, by a token that was pasted, or by one that is made for a caller. */
export interface SentRequest {
  readonly token?: string;
  /** As `POST /local/token` takes it. */
  readonly caller?: object;
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** The answer of `POST send`: the gateway's own. */
export type SentAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: string;
    }
  | NotDone;
