/** Starts the local gateway: token issuer, embedded Connect, bundle file, handlers, and API Gateway in front. */

import { type AuthorizerHandler, createAuthorizerHandler } from "../../functions/authorizer/handler.ts";
import { authzenPaths, createAuthzenHandler } from "../../functions/authzen/handler.ts";
import { doorAudience } from "../../functions/mcp/audience.ts";
import { createMcpFunction } from "../../functions/mcp/handler.ts";
import { metadataPaths } from "../../functions/mcp/resource.ts";
import { createProxyHandler, type ProxyHandler } from "../../functions/proxy/handler.ts";
import type { AnyRecord, RecordSink, ShadowSink, UpstreamSink } from "../../shared/audit/record.ts";
import { formatRecordLine } from "../../shared/audit/record-line.ts";
import type { Configuration, Doors } from "../../shared/bundle/types.ts";
import { DocumentError, formatIssue } from "../../shared/errors.ts";
import { foldIssues } from "../authoring/document/fold-issues.ts";
import { LocalConsole } from "../console/server/console.ts";
import { commandsToTry, renderBanner } from "./banner.ts";
import { createBundleFile } from "./bundle-file.ts";
import { carryHeaders, withCarriedHeaders } from "./carried-headers.ts";
import type { World } from "./connect/world.ts";
import { createConsoleCalls } from "./console-calls.ts";
import { createConsoleSource, type WithFolderOf } from "./console-source.ts";
import { type ApiShape, httpApi, restApi } from "./gateway/events/api-shape.ts";
import { type Door, startGateway } from "./gateway/gateway.ts";
import { startLiveCalls } from "./live-calls/live-calls.ts";
import { type ConnectChoice, openConnect } from "./open-connect.ts";
import { openApiRoute } from "./openapi-route.ts";
import { formatDecision, formatDifference, openRecords } from "./records.ts";
import { type LoadConfiguration, loadFolder, reloadOnChange, type Usable } from "./reload.ts";
import { createLocalVerifier } from "./tokens/local-verifier.ts";
import { tokenRoutes } from "./tokens/token-endpoint.ts";
import { createTokenIssuer, type TokenIssuer } from "./tokens/token-issuer.ts";
import { fingerprintFolder } from "./watch-folder.ts";

export interface LocalGateway {
  readonly url: string;
  /** Finishes requests in flight and removes temporary files. */
  close(): Promise<void>;
}

export interface LocalSettings {
  /** 0 picks a free port. */
  readonly port: number;
  /** A folder, or what else `load` takes. */
  readonly configFolder: string;
  /** Name of the environment that `load` chooses. */
  readonly configEnvironment?: string;
  /** Folder of a candidate: it decides each call too, and differences are printed. */
  readonly shadowFolder?: string;
  readonly connect: ConnectChoice;
  /** Calls that callers of the configuration make while the embedded Connect is live, a minute; default 20, 0 for none. */
  readonly liveCallsPerMinute?: number;
  /** API Gateway's flavour. */
  readonly api: "rest" | "http";
  /** File that decision records are appended to, as the deployed functions log them. */
  readonly recordsFile?: string;
  readonly load: LoadConfiguration;
  /** Does work with the configuration's folder as a git revision has it; `undefined` if it has none. */
  readonly withFolderOf?: WithFolderOf;
  /** What people type before a command of ours. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Prints whole lines for people, given without the last line break. */
  readonly print: (text: string) => void;
}

interface ShadowSurroundings {
  readonly config: Configuration;
  readonly onClose: (cleanUp: () => unknown) => void;
}

/** Starts everything. @throws DocumentError for a bad configuration; the system's error when the port is taken */
export async function startLocal(settings: LocalSettings): Promise<LocalGateway> {
  const cleanUps: (() => unknown)[] = [];
  const close = async () => {
    for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) await cleanUp();
  };
  try {
    const url = await assemble(settings, (cleanUp) => cleanUps.push(cleanUp));
    return { url, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Starts part after part; the last one started is cleaned up first. */
async function assemble(settings: LocalSettings, onClose: (cleanUp: () => unknown) => void): Promise<string> {
  const { configFolder, load, print } = settings;
  const seen = await fingerprintFolder(configFolder);
  const loaded = await loadUsable({ configFolder, load, what: "configuration" }, print);
  const { config } = loaded.bundle;
  const connect = await openConnect(settings.connect, config);
  onClose(() => connect.close());
  // Before the gateway, so that these are closed and removed after the last request.
  const records = settings.recordsFile === undefined ? undefined : openRecords(settings.recordsFile, print);
  onClose(() => records?.close());
  const file = await createBundleFile(loaded.bundle);
  onClose(() => file.remove());
  const shadowFile = await openShadowFolder(settings, { config, onClose });

  const shape = settings.api === "http" ? httpApi : restApi;
  let now: Usable = loaded;
  const tokens = await createTokenIssuer(
    () => now.bundle.config.issuers,
    () => doorAudience(now.bundle.config) ?? [],
  );
  const environment = {
    ...settings.environment,
    ...functionEnvironment(shape, file.path, shadowFile),
    AUTHORIZER_TOKEN_HEADER: config.tokenHeader,
    CONNECT_ENDPOINT: connect.endpoint,
  };
  const isEmbedded = settings.connect.kind === "embedded";
  let url = "";
  const firstCalls = () =>
    commandsToTry({ ...settings, url, userId: connect.userId, config: now.bundle.config });
  const calls = createConsoleCalls({
    ...{ tokens, verify: createLocalVerifier(tokens), bundle: () => now.bundle, url: () => url },
  });
  const pages = new LocalConsole({ ...createConsoleSource(settings, () => now), firstCalls }, calls);
  const keep = (record: AnyRecord) => {
    records?.write(record);
    pages.publish({ kind: "record", line: formatRecordLine(record) });
  };
  const { authorizer, proxy, doors } = createFunctions(environment, {
    ...{ tokens, isEmbedded, keep, print },
    address: () => ({ origin: url }),
  });
  const { port } = settings;
  const { tokenHeader, cors } = config;
  const described = openApiRoute(() => ({ config: now.bundle.config, url }));
  const localRoutes = new Map([...tokenRoutes(tokens), ["GET /openapi.json", described]]);
  const doorAt = (path: string) => {
    const door = doors.get(path);
    return door && now.bundle.config.doors?.[door.name] ? door : undefined;
  };
  const api = { port, shape, tokenHeader, cors, localRoutes, pages, doorAt, onProblem: print };
  const gateway = await startGateway({ ...api, authorizer: (event) => authorizer(event), proxy });
  onClose(() => gateway.close());
  onClose(() => pages.close());

  const onReload = (reloaded: Usable) => {
    now = reloaded;
    gateway.clearAuthorizerCache();
    pages.publish({ kind: "configuration", version: reloaded.bundle.version });
  };
  const onRefused = (problem: string) => pages.publish({ kind: "refused", problem });
  const watched = { configFolder, load, what: "configuration", seen } as const;
  const watcher = reloadOnChange({ ...watched, started: config, file, onReload, onRefused, print });
  onClose(() => watcher.close());
  url = gateway.url;
  onClose(makeLiveCalls(settings, { world: connect.world, tokens, bundle: () => now.bundle, url }));
  for (const note of connect.notes) print(note);
  const { endpoint: connectUrl, userId } = connect;
  print(renderBanner({ ...settings, url, connectUrl, userId, version: loaded.bundle.version, config }));
  return url;
}

const usualCallsPerMinute = 20;

/** Starts the calls of `--live`. @returns what stops them */
function makeLiveCalls(
  { connect, liveCallsPerMinute: perMinute = usualCallsPerMinute, print }: LocalSettings,
  {
    world,
    ...around
  }: Pick<Parameters<typeof startLiveCalls>[0], "tokens" | "bundle" | "url"> & {
    readonly world: World | undefined;
  },
): () => unknown {
  const live = connect.kind === "embedded" ? connect.live : undefined;
  if (live === undefined || world === undefined || perMinute === 0) return () => undefined;
  print(`live: callers of this configuration make about ${perMinute} calls a minute`);
  return startLiveCalls({ ...around, live, perMinute, world });
}

/** The functions' environment: their bundles, unsigned, and the form of their answers. */
function functionEnvironment(shape: ApiShape, bundleFile: string, shadowFile = "") {
  return {
    AUTHORIZER_BUNDLE: `file:${bundleFile}`,
    AUTHORIZER_SHADOW_BUNDLE: shadowFile === "" ? "" : `file:${shadowFile}`,
    AUTHORIZER_BUNDLE_PUBLIC_KEY: "",
    AUTHORIZER_REFRESH_SECONDS: "0",
    AUTHORIZER_SIMPLE_RESPONSES: String(shape.isSimple),
    AUTHORIZER_LEAVES_DENIALS: String(shape.isSimple),
  };
}

interface FunctionSurroundings extends Pick<LocalSettings, "print"> {
  readonly tokens: TokenIssuer;
  /** Whether the proxy's clients send to the embedded Connect, and nowhere else. */
  readonly isEmbedded: boolean;
  /** Must not throw. */
  readonly keep: (record: AnyRecord) => void;
  readonly address: () => { readonly origin: string };
}

type LocalDoor = Door & { readonly name: keyof Doors };

interface Functions {
  readonly authorizer: AuthorizerHandler;
  readonly proxy: ProxyHandler;
  /** By path. */
  readonly doors: ReadonlyMap<string, LocalDoor>;
}

/** Creates the deployed handlers, which print and keep their records here. */
function createFunctions(
  environment: LocalSettings["environment"],
  { tokens, isEmbedded, keep, print, address }: FunctionSurroundings,
): Functions {
  const onRecord: RecordSink = (record) => {
    print(formatDecision(record));
    keep(record);
  };
  const onUpstream: UpstreamSink = keep;
  const onDifference: ShadowSink = (record) => {
    print(formatDifference(record));
    keep(record);
  };
  const verifyCaller = createLocalVerifier(tokens);
  const sending = isEmbedded ? { onClient: carryHeaders } : {};
  const sinks = { onRecord, onUpstream, onDifference };
  // A verifier of its own, since the door may take tokens for another audience.
  const mcp = createMcpFunction(environment, {
    ...{ ...sinks, sending, address },
    verifyCaller: createLocalVerifier(tokens),
  });
  const door = { name: "mcp", functionName: "mcp", handler: withCarriedHeaders(mcp) } as const;
  // Questions are no calls: a candidate is not compared by them.
  const ofQuestions = { ...environment, AUTHORIZER_SHADOW_BUNDLE: "" };
  const authzen = createAuthzenHandler(ofQuestions, { onRecord, sending, verifyCaller, isLocal: true });
  const questions = {
    name: "authzen",
    functionName: "authzen",
    handler: withCarriedHeaders(authzen),
  } as const;
  return {
    authorizer: createAuthorizerHandler(environment, { onRecord, onDifference, verifyCaller }),
    proxy: withCarriedHeaders(createProxyHandler(environment, { ...sinks, sending })),
    doors: new Map<string, LocalDoor>([
      ...["/mcp", ...metadataPaths].map((path) => [path, door] as const),
      ...authzenPaths.map((path) => [path, questions] as const),
    ]),
  };
}

/** Loads a folder and prints its warnings. */
async function loadUsable(
  folder: Parameters<typeof loadFolder>[0],
  print: LocalSettings["print"],
): Promise<Usable> {
  const loaded = await loadFolder(folder);
  if (!loaded.ok) throw new DocumentError(loaded.issues);
  for (const warning of foldIssues(loaded.warnings, "; `validate --all` lists them"))
    print(formatIssue(warning));
  return loaded;
}

/** Writes the candidate's bundle into another file, kept up to date with its folder; returns the file's path. */
async function openShadowFolder(
  { shadowFolder, load, print }: LocalSettings,
  { config, onClose }: ShadowSurroundings,
): Promise<string | undefined> {
  if (shadowFolder === undefined) return undefined;
  const folder = { configFolder: shadowFolder, load, what: "candidate" } as const;
  const seen = await fingerprintFolder(shadowFolder);
  const { bundle } = await loadUsable(folder, print);
  const file = await createBundleFile(bundle);
  onClose(() => file.remove());
  const onReload = () => undefined;
  const watcher = reloadOnChange({ ...folder, seen, started: config, file, onReload, print });
  onClose(() => watcher.close());
  return file.path;
}
