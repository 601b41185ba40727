/** Opens the store of a location, the value of `AUTHORIZER_BUNDLE`. */
import { open } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { Settings } from "../../settings.ts";
import {
  type AwsLocation,
  type BundleStore,
  type LoadBundle,
  maxBytes,
  parseAwsLocation,
  unusable,
} from "./store.ts";

export interface StoreOptions {
  /** The bundle inside the deployment package, as parsed JSON. */
  readonly packaged: unknown;
  /** Names region, credentials and endpoints of AWS. */
  readonly settings: Settings;
  /** How often the caller will load, which AppConfig requires. */
  readonly refreshSeconds: number;
}

const forms =
  "`package:`, `file:/absolute/path`, `s3://bucket/key`, `ssm:/name` or `appconfig:application/environment/profile`";

/** @throws CodedError `bundleUnavailable` for a malformed location */
export function openStore(location: string, options: StoreOptions): BundleStore {
  if (location === "package:") return { location, isFixed: true, load: packageLoader(options.packaged) };
  if (location.startsWith("file:")) {
    const path = location.slice("file:".length);
    if (isAbsolute(path)) return { location, load: fileLoader(path) };
    throw unusable(`\`${location}\` must hold an absolute path, like \`file:/opt/bundle.json\``);
  }
  const place = parseAwsLocation(location);
  if (!place) throw unusable(`\`${location}\` is not a bundle location; use ${forms}`);
  return { location, load: networkLoader(place, options) };
}

/** The AWS stores are a chunk that other deployments never load. */
function networkLoader(place: AwsLocation, { settings, refreshSeconds }: StoreOptions): LoadBundle {
  let load: LoadBundle | undefined;
  return async (known, signal) => {
    load ??= (await import("./network-store.ts")).openNetworkStore(place, settings, refreshSeconds);
    return load(known, signal);
  };
}

function packageLoader(packaged: unknown): LoadBundle {
  return async (known) => {
    if (known !== undefined) return { kind: "unchanged" };
    if (packaged === undefined)
      throw unusable("the deployment package holds no policy bundle; run `npm run build`");
    return { kind: "content", revision: "package", content: { kind: "value", value: packaged } };
  };
}

/** The revision is the file's identity and times, from the same handle as the content. */
function fileLoader(path: string): LoadBundle {
  return async (known) => {
    const file = await open(path, "r");
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
      const revision = [dev, ino, size, mtimeNs, ctimeNs].join("-");
      if (revision === known) return { kind: "unchanged" };
      if (size > maxBytes) throw unusable(`\`file:${path}\` is larger than ${maxBytes} bytes`);
      const bytes = await file.readFile();
      return { kind: "content", revision, content: { kind: "text", bytes } };
    } finally {
      await file.close();
    }
  };
}
