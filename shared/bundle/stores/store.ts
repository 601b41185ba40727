/**
 * Where bundles are kept, behind one small interface: the deployment package, files, and stores of AWS.
 *
 * Conditional from the start (`known` in, "unchanged" out), since that is what files, S3's ETags and AppConfig's
 * sessions have in common and what makes a frequent check cheap.
 */
import { open } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { CodedError } from "../../errors.ts";
import type { BundleContent } from "../bundle.ts";
import { type NetworkLocation, parseNetworkLocation } from "./network-location.ts";

/** What a store holds now. */
export type StoredBundle = (
  | { readonly kind: "unchanged" }
  | {
      readonly kind: "content";
      readonly revision: string;
      readonly content: BundleContent;
    }
) & {
  /** The store wants to be left alone for so long. */
  readonly pauseMs?: number;
};

/** A place that bundles are loaded from. */
export interface BundleStore {
  /** For messages: `file:/var/task/bundle.json`. */
  readonly location: string;
  /** Whether it holds the same for as long as this process lives: asking again says nothing about what is current. */
  readonly isFixed?: true;
  /**
   * Looks at what the store holds.
   *
   * @param known the revision that the caller has; if it is still the one, nothing is read
   * @param signal ends the attempt: the caller is no longer interested in it
   * @returns the content, unread, and its revision
   * @throws any error when the store cannot be reached
   */
  load(known: string | undefined, signal: AbortSignal): Promise<StoredBundle>;
}

/** Larger files are refused unread: a Lambda must not run out of memory on a mistake. */
export const maxBytes = 256 * 1024 * 1024;

/** The part of the environment that stores of AWS are reached by: region, credentials, endpoints. */
export type StoreEnvironment = Readonly<Record<string, string | undefined>>;

export interface StoreOptions {
  /** The bundle inside the deployment package, as parsed JSON. */
  readonly packaged: unknown;
  readonly environment: StoreEnvironment;
  /** How often the caller means to look; some stores want to know. */
  readonly refreshSeconds: number;
}

const forms =
  "`package:`, `file:/absolute/path`, `s3://bucket/key`, `ssm:/name` or `appconfig:application/environment/profile`";

/**
 * Opens the store that a location names.
 *
 * @throws CodedError `bundleUnavailable` for a location that is malformed
 */
export function openStore(location: string, options: StoreOptions): BundleStore {
  if (location === "package:") return packageStore(options.packaged);
  if (location.startsWith("file:")) {
    const path = location.slice("file:".length);
    if (isAbsolute(path)) return fileStore(location, path);
    throw unusable(`\`${location}\` must hold an absolute path, like \`file:/opt/bundle.json\``);
  }
  const place = parseNetworkLocation(location);
  if (!place) throw unusable(`\`${location}\` names no store; write ${forms}`);
  return networkStore(place, location, options);
}

/** Stores over the network are code of their own, which a deployment without them never loads. */
function networkStore(place: NetworkLocation, location: string, options: StoreOptions): BundleStore {
  let store: BundleStore | undefined;
  return {
    location,
    async load(known, signal) {
      store ??= (await import("./network-store.ts")).openNetworkStore(place, location, options);
      return store.load(known, signal);
    },
  };
}

function packageStore(packaged: unknown): BundleStore {
  return {
    location: "package:",
    isFixed: true,
    async load(known) {
      if (known !== undefined) return { kind: "unchanged" };
      if (packaged === undefined)
        throw unusable("the deployment package holds no policy bundle; run `npm run build`");
      return { kind: "content", revision: "package", content: { kind: "value", value: packaged } };
    },
  };
}

/** The revision is the file's identity and times, taken from the very handle that is read. */
function fileStore(location: string, path: string): BundleStore {
  return {
    location,
    async load(known) {
      const file = await open(path, "r");
      try {
        const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
        const revision = [dev, ino, size, mtimeNs, ctimeNs].join("-");
        if (revision === known) return { kind: "unchanged" };
        if (size > maxBytes) throw unusable(`\`${location}\` is larger than ${maxBytes} bytes`);
        const bytes = await file.readFile();
        return { kind: "content", revision, content: { kind: "text", bytes } };
      } finally {
        await file.close();
      }
    },
  };
}

/** An error that says that the bundle in use is too old to be trusted, and why. */
export function stale(message: string, cause?: unknown): CodedError {
  return new CodedError("bundleStale", message, { cause });
}

/** An error that says that no bundle can be had, and why. */
export function unusable(message: string, cause?: unknown): CodedError {
  return new CodedError("bundleUnavailable", message, { cause });
}
