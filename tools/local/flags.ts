/** The flags of `npm start`, and the environment variables for them. */
import { parseArgs } from "node:util";
import { confidentialForm, isConfidential } from "../../shared/endpoint.ts";

/** Where the proxy sends what is allowed. */
export type ConnectChoice =
  | { readonly kind: "embedded" }
  | { readonly kind: "aws" }
  | { readonly kind: "url"; readonly url: string };

export interface LocalFlags {
  /** 0 picks a free port. */
  readonly port: number;
  readonly configFolder: string;
  /** Folder of a candidate: it decides each call too, and differences are printed. */
  readonly shadowFolder?: string;
  readonly connect: ConnectChoice;
  /** API Gateway's flavour. */
  readonly api: "rest" | "http";
  /** File that decision records are appended to, as the deployed functions log them. */
  readonly recordsFile?: string;
}

export const usage = `Usage: npm start -- [flags]

  --port N         port on 127.0.0.1, 0 picks a free one      (PORT, default 3000)
  --config DIR     folder with authorizer.yaml and policies/  (AUTHORIZER_CONFIG, default config)
  --shadow-config DIR  a candidate: prints where it would decide differently  (AUTHORIZER_SHADOW_CONFIG, default none)
  --connect URL    where allowed calls go: a URL, or \`aws\`    (CONNECT_ENDPOINT, default embedded)
  --api FLAVOUR    API Gateway flavour to imitate: rest, http (default rest)
  --records FILE   append each decision's record to a file    (for \`cli least-privilege\`)
  --help           this text
`;

/** A flag or variable that cannot be used; the message says which, and what it may be. */
export class FlagError extends Error {
  override readonly name = "FlagError";
}

/**
 * Reads the command line; flags win over the environment.
 * @returns the flags, or `help` for `--help`
 * @throws FlagError
 */
export function parseFlags(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): LocalFlags | "help" {
  const values = readArguments(argv);
  if (values.help === true) return "help";
  const { api } = values;
  if (api !== "rest" && api !== "http")
    throw new FlagError(`\`--api\` must be \`rest\` or \`http\`, not \`${api}\``);
  const port = values.port ?? present(environment["PORT"]) ?? "3000";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new FlagError(`the port must be a number from 0 to 65535, not \`${port}\``);
  const shadowFolder = values["shadow-config"] ?? present(environment["AUTHORIZER_SHADOW_CONFIG"]);
  return {
    port: Number(port),
    configFolder: values.config ?? present(environment["AUTHORIZER_CONFIG"]) ?? "config",
    ...(shadowFolder === undefined ? {} : { shadowFolder }),
    api,
    connect: parseConnect(values.connect ?? present(environment["CONNECT_ENDPOINT"])),
    ...(values.records === undefined ? {} : { recordsFile: values.records }),
  };
}

function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: "string" },
        config: { type: "string" },
        "shadow-config": { type: "string" },
        connect: { type: "string" },
        records: { type: "string" },
        api: { type: "string", default: "rest" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new FlagError(`${message.split(". ")[0]}; see \`npm start -- --help\``, { cause });
  }
}

function parseConnect(text: string | undefined): ConnectChoice {
  if (text === undefined) return { kind: "embedded" };
  if (text === "aws") return { kind: "aws" };
  if (URL.canParse(text)) {
    const { protocol, hostname, username, password, search, hash } = new URL(text);
    const isPlain = username + password + search + hash === "";
    if ((protocol === "http:" || protocol === "https:") && isPlain) {
      if (isConfidential({ protocol, hostname })) return { kind: "url", url: text };
      throw new FlagError(`\`--connect\` must be ${confidentialForm}, not \`${text}\``);
    }
  }
  throw new FlagError(`\`--connect\` must be an http or https URL or \`aws\`, not \`${text}\``);
}

function present(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
