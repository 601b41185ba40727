/**
 * Where bundles are kept, behind one small interface: the deployment package and files today.
 *
 * Conditional from the start (`known` in, "unchanged" out), since that is what files, S3's ETags and AppConfig's
 * sessions have in common and what makes a frequent check cheap.
 */
import { open } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { CodedError } from "../errors.ts";

/** What a store holds now. */
export type StoredBundle =
  | { readonly kind: "unchanged" }
  | { readonly kind: "content"; readonly revision: string; readonly read: () => unknown };

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
   * @returns the content's revision, and `read`, which gives its JSON or throws `SyntaxError`
   * @throws any error when the store cannot be reached
   */
  load(known: string | undefined): Promise<StoredBundle>;
}

/** Larger files are refused unread: a Lambda must not run out of memory on a mistake. */
const maxBytes = 256 * 1024 * 1024;
const comingStores = ["s3://", "ssm:/", "appconfig:"];

/**
 * Opens the store that a location names: `package:` or `file:/absolute/path`.
 *
 * @param packaged the bundle inside the deployment package, as parsed JSON
 * @throws CodedError `bundleUnavailable` for a location that is malformed or not supported
 */
export function openStore(location: string, packaged: unknown): BundleStore {
  if (location === "package:") return packageStore(packaged);
  if (location.startsWith("file:")) {
    const path = location.slice("file:".length);
    if (isAbsolute(path)) return fileStore(location, path);
    throw unusable(`\`${location}\` must hold an absolute path, like \`file:/opt/bundle.json\``);
  }
  if (comingStores.some((scheme) => location.startsWith(scheme))) {
    throw unusable(
      `the store of \`${location}\` is not supported yet; use \`package:\` or \`file:/absolute/path\``,
    );
  }
  throw unusable(`\`${location}\` names no known store; use \`package:\` or \`file:/absolute/path\``);
}

function packageStore(packaged: unknown): BundleStore {
  return {
    location: "package:",
    isFixed: true,
    async load(known) {
      if (known !== undefined) return { kind: "unchanged" };
      if (packaged === undefined)
        throw unusable("the deployment package holds no policy bundle; run `npm run build`");
      return { kind: "content", revision: "package", read: () => packaged };
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
        return { kind: "content", revision, read: () => parseJson(bytes) };
      } finally {
        await file.close();
      }
    },
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    // V8 quotes the text it stumbles over; a bundle's content does not belong in a log.
    throw new SyntaxError("it is not JSON", { cause: error });
  }
}

/** An error that says that no bundle can be had, and why. */
export function unusable(message: string, cause?: unknown): CodedError {
  return new CodedError("bundleUnavailable", message, { cause });
}
