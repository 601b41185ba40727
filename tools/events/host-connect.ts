/** The local Connect where Lambda containers reach it: this machine's address in Docker's network, and 127.0.0.1. */
import { execFile } from "node:child_process";
import { connect, createServer, type Server } from "node:net";
import { promisify } from "node:util";
import { DocumentError } from "../../shared/errors.ts";
import { loadConfiguration } from "../authoring/configuration/load-configuration.ts";
import { startLocalConnect } from "../local/connect/server.ts";

export interface HostConnect {
  /** Its URL inside a container that is started with the flags below. */
  readonly containerUrl: string;
  /** What makes `host.docker.internal` known in a container. */
  readonly flags: readonly string[];
  close(): Promise<void>;
}

/** Starts it, seeded, by default on a free port. @throws DocumentError when the configuration is not usable */
export async function startHostConnect(configFolder: string, ownPort = 0): Promise<HostConnect> {
  const loaded = await loadConfiguration(configFolder);
  if (!loaded.ok) throw new DocumentError(loaded.issues);
  const local = await startLocalConnect({ instances: loaded.bundle.config.instances, port: ownPort });
  const port = Number(new URL(local.url).port);
  const relay = await startRelay(await bridgeAddress(), port);
  return {
    containerUrl: `http://host.docker.internal:${port}`,
    flags: ["--add-host", "host.docker.internal:host-gateway"],
    close: async () => {
      relay?.close();
      await local.close();
    },
  };
}

/**
 * This machine's address in Docker's default network, which `host-gateway` means: the first one, unless Docker is
 * configured otherwise. (The interface itself counts as down while no container runs.)
 */
async function bridgeAddress(): Promise<string> {
  const format = "{{range .IPAM.Config}}{{.Gateway}} {{.Subnet}}\n{{end}}";
  const { stdout } = await promisify(execFile)("docker", [
    "network",
    "inspect",
    "bridge",
    "--format",
    format,
  ]);
  const [, gateway, subnet] = /^([\d.]+)? *(\d+\.\d+\.\d+)\.\d+\/\d+/m.exec(stdout) ?? [];
  if (gateway) return gateway;
  if (!subnet) throw new Error(`docker's network \`bridge\` has no subnet: \`${stdout.trim()}\``);
  return `${subnet}.1`;
}

/** Passes an address's port on to 127.0.0.1. @returns nothing if the address is not this machine's (Docker Desktop) */
async function startRelay(address: string, port: number): Promise<Server | undefined> {
  const server = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    from.pipe(to).pipe(from);
    from.on("error", () => to.destroy());
    to.on("error", () => from.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      cause.code === "EADDRNOTAVAIL" ? resolve(undefined) : reject(cause),
    );
    server.listen(port, address, () => resolve(server));
  });
}
