/**
 * What commands write to: a file is replaced in one step; devices, pipes and links are written through and stay.
 */
import { execFileSync } from "node:child_process";
import {
  chmod,
  link,
  lstat,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBundle } from "../../shared/bundle/bundle.ts";
import {
  createConfigurationSchema,
  formatSchema,
} from "../../tools/authoring/configuration/configuration-schema.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../authoring/configuration/configuration-folder.ts";
import { run } from "./command-run.ts";

let configuration: ConfigurationFolder;
let folder: string;
beforeEach(async () => {
  configuration = await createFolder(goodFiles);
  folder = await mkdtemp(join(tmpdir(), "out-"));
});
afterEach(async () => {
  await configuration.remove();
  await rm(folder, { recursive: true });
});

/** Every command that writes to where it is told: how it is told, and what it writes. */
const commands: readonly (readonly [name: string, argv: (out: string) => readonly string[]])[] = [
  ["bundle --out", (out) => ["bundle", configuration.path, "--out", out]],
  ["schema --out", (out) => ["schema", "--out", out]],
  ["publish --to file:", (out) => ["publish", configuration.path, "--yes", "--to", `file:${out}`]],
];

const isWritten = (text: string) => /^\{.*\}\n?$/s.test(text) && text.length > 500;

describe.each(commands)("%s", (name, argv) => {
  const path = (file: string) => join(folder, file);
  const write = async (out: string) => {
    const { status, stderr } = await run(argv(out));
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  };
  // What is published is compared with what is there.
  const before = name.startsWith("publish") ? "" : "before";

  it("replaces a file in one step and keeps its mode", async () => {
    await writeFile(path("f"), before);
    await chmod(path("f"), 0o600);
    const reader = await open(path("f"));
    if (before === "") await rm(path("f"));
    await write(path("f"));
    expect(isWritten(await readFile(path("f"), "utf8"))).toBe(true);
    expect(await reader.readFile("utf8")).toBe(before);
    await reader.close();
    if (before !== "") expect((await stat(path("f"))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["f"]);
  });

  it("makes what a link to nothing yet leads to", async () => {
    await symlink("f", path("l"));
    await write(path("l"));
    expect(await readlink(path("l"))).toBe("f");
    expect(isWritten(await readFile(path("f"), "utf8"))).toBe(true);
  });

  if (before === "") return;

  it("writes through links and keeps them, one behind the other too", async () => {
    await writeFile(path("f"), before);
    await symlink("f", path("l"));
    await symlink(path("l"), path("m"));
    await write(path("m"));
    expect([await readlink(path("l")), await readlink(path("m"))]).toEqual(["f", path("l")]);
    expect((await lstat(path("f"))).isFile()).toBe(true);
    expect(isWritten(await readFile(path("f"), "utf8"))).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["f", "l", "m"]);
  });

  it("writes to all names of a file", async () => {
    await writeFile(path("f"), before);
    await link(path("f"), path("g"));
    await write(path("g"));
    expect(isWritten(await readFile(path("f"), "utf8"))).toBe(true);
    expect((await stat(path("f"))).nlink).toBe(2);
  });

  it("writes to a pipe, which stays one", async () => {
    execFileSync("mkfifo", [path("p")]);
    const [, text] = await Promise.all([write(path("p")), readFile(path("p"), "utf8")]);
    expect(isWritten(text)).toBe(true);
    expect((await lstat(path("p"))).isFIFO()).toBe(true);
    expect(await readdir(folder)).toEqual(["p"]);
  });

  it("writes into a file that is open already where it is named by its number", async () => {
    const file = await open(path("f"), "w");
    const { ino } = await file.stat();
    await write(`/dev/fd/${file.fd}`);
    await file.close();
    expect((await stat(path("f"))).ino).toBe(ino);
    expect(isWritten(await readFile(path("f"), "utf8"))).toBe(true);
  });
});

describe("`-`", () => {
  it("is standard output, and then holds the bundle alone", async () => {
    for (const out of ["-", "/dev/stdout"]) {
      const { status, stdout, stderr } = await run(["bundle", configuration.path, "--out", out]);
      const { version } = openBundle(JSON.parse(stdout));
      expect({ status, stderr }).toEqual({ status: 0, stderr: `${version}\n` });
    }
  });

  it("is standard output of a schema too", async () => {
    expect(await run(["schema", "--out", "-"])).toMatchObject({
      stdout: formatSchema(createConfigurationSchema()),
    });
  });
});
