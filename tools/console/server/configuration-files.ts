/**
 * The files of the configuration, as the view Policies reads and saves them.
 *
 * Only files that the configuration has, and new policies, are written: a request names a file by its path in the folder,
 * which has one of a few forms, and nothing on the way to it is a link. It is not written if it changed since it was read.
 */
import { createHash } from "node:crypto";
import { lstat, readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import {
  findPolicyFolders,
  isPolicyFolder,
  policyNameProblem,
} from "../../authoring/configuration/read/policy-folders.ts";
import { readSourceFile } from "../../authoring/configuration/read/source-file.ts";
import { systemReason } from "../../authoring/system-reason.ts";
import { writeWhole } from "../../authoring/write-whole.ts";
import type { EditedFile, FilesAnswer, Save, SaveAnswer } from "../api.ts";
import { ApiRefusal } from "./api-refusal.ts";

/** A policy of IAM has 6,144 characters at most; a larger file was not written by hand. */
const maxBytes = 1_000_000;

/** So many are open together. */
const filesAtOnce = 32;

const mainFile = "authorizer.yaml";

export class ConfigurationFiles {
  readonly #folder: string;
  readonly #environment: string | undefined;
  /** One save after the other, so that each sees what is there. */
  #saving: Promise<unknown> = Promise.resolve();

  /**
   * @param folder of the configuration; the file of a bundle has no files that can be edited
   * @param environment the one that decides
   */
  constructor(folder: string, environment?: string) {
    this.#folder = folder;
    this.#environment = environment;
  }

  async read(): Promise<FilesAnswer> {
    if (!(await this.#isFolder())) return { isReadOnly: true, files: [] };
    const paths = await this.#findPaths();
    const files: EditedFile[] = [];
    for (let at = 0; at < paths.length; at += filesAtOnce) {
      const some = paths.slice(at, at + filesAtOnce);
      const read = await Promise.all(some.map((path) => this.#readFile(path)));
      files.push(...read.flatMap((file) => file ?? []));
    }
    const environment = this.#environment;
    return { isReadOnly: false, files, ...(environment === undefined ? {} : { environment }) };
  }

  /** @throws ApiRefusal 400 for what cannot be saved, 409 with the file if it changed since it was read */
  save(save: Save): Promise<SaveAnswer> {
    const saved = this.#saving.then(() => this.#save(save));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #save({ path, text, was }: Save): Promise<SaveAnswer> {
    if (!(await this.#isFolder()))
      throw new ApiRefusal(
        400,
        "a bundle's file is read only: start the gateway with the configuration's folder",
      );
    const problem = pathProblem(path) ?? textProblem(text) ?? (await this.#placeProblem(path));
    if (problem !== undefined) throw new ApiRefusal(400, problem);
    const found = await this.#readMarked(path);
    const now = found?.file;
    if ((now?.tag ?? null) !== was) throw new ApiRefusal(409, { path, now: now ?? null });
    if (now === undefined && (await this.#isThere(path)))
      throw new ApiRefusal(
        400,
        `\`${path}\` can't be read as text of at most ${maxBytes} bytes: change it elsewhere`,
      );
    if (now === undefined && !isPolicyPath(path))
      throw new ApiRefusal(400, `the configuration has no \`${path}\`: only policies can be added here`);
    const written = `${found?.mark ?? ""}${text}`;
    await writeWhole(join(this.#folder, path), written).catch((error: unknown) => {
      throw new ApiRefusal(400, `\`${path}\` can't be written: ${systemReason(error)}`);
    });
    return { path, tag: tagOf(written) };
  }

  async #isThere(path: string): Promise<boolean> {
    return lstat(join(this.#folder, path)).then(
      () => true,
      () => false,
    );
  }

  async #isFolder(): Promise<boolean> {
    return stat(this.#folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
  }

  async #findPaths(): Promise<readonly string[]> {
    const policies = await findPolicyFolders(join(this.#folder, "policies"));
    const ofPolicies = policies.flatMap(({ prefix, entries }) =>
      entries.filter((entry) => !isPolicyFolder(entry)).map(({ name }) => `policies/${prefix}${name}`),
    );
    const within = async (folder: string) => {
      const names = await readdir(join(this.#folder, folder), { recursive: true }).catch(() => []);
      return names.map((name) => `${folder}/${name.split(sep).join("/")}`).sort();
    };
    const found = [
      mainFile,
      ...ofPolicies.sort(),
      ...(await within("environments")),
      ...(await within("tests")),
    ];
    return found.filter((path) => pathProblem(path) === undefined);
  }

  async #readFile(path: string): Promise<EditedFile | undefined> {
    return (await this.#readMarked(path))?.file;
  }

  /**
   * Reads a file without its byte order mark, which the page does not see and a save keeps.
   * @returns `undefined` for what is not there, is no file of UTF-8 text, is a link, or is too large
   */
  async #readMarked(path: string): Promise<{ readonly file: EditedFile; readonly mark: string } | undefined> {
    if ((await this.#placeProblem(path)) !== undefined) return undefined;
    const read = await readSourceFile(join(this.#folder, path));
    if (!read.ok || Buffer.byteLength(read.text) > maxBytes) return undefined;
    const { text, hasMark } = read;
    const mark = hasMark ? "\ufeff" : "";
    return { file: { path, text, tag: tagOf(`${mark}${text}`) }, mark };
  }

  /** Says why a file with a permitted name cannot be written where it is. */
  async #placeProblem(path: string): Promise<string | undefined> {
    const parts = path.split("/");
    for (const at of parts.keys()) {
      const part = parts.slice(0, at + 1).join("/");
      const found = await lstat(join(this.#folder, part)).catch(() => undefined);
      // A new policy, whose folders are made.
      if (found === undefined) return undefined;
      if (found.isSymbolicLink()) return `\`${part}\` is a link: change the file that it leads to`;
      if (at < parts.length - 1 && !found.isDirectory()) return `\`${part}\` is not a folder`;
      if (at === parts.length - 1 && !found.isFile()) return `\`${part}\` is not a file`;
      if (at === parts.length - 1 && found.nlink > 1)
        return `\`${part}\` has several names: change it by another way`;
    }
    return undefined;
  }
}

function tagOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isPolicyPath(path: string): boolean {
  return /^policies\/.+\.json$/.test(path);
}

/** What Windows takes for a device, whatever follows its name, and what it leaves out at the end of a name. */
const windowsName = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)|\.$/i;

const forms = "authorizer.yaml, policies/NAME.json, environments/NAME.yaml or tests/NAME.yaml";

/** Says why a path can name no file of a configuration. */
export function pathProblem(path: string): string | undefined {
  const [, policy] = /^policies\/(.+)\.json$/s.exec(path) ?? [];
  const isNamed =
    path === mainFile ||
    (policy !== undefined && policyNameProblem(policy) === undefined) ||
    /^environments\/[A-Za-z0-9_-]{1,64}\.yaml$/.test(path) ||
    /^tests\/(?:[\w+=,@-][\w+=,.@-]{0,127}\/){0,8}[\w+=,@-][\w+=,.@-]{0,127}\.ya?ml$/.test(path);
  if (!isNamed) return `this is not a file of a configuration: name ${forms}`;
  if (path.split("/").some((part) => windowsName.test(part)))
    return "Windows cannot have a file of this name: choose another";
  return undefined;
}

function textProblem(text: string): string | undefined {
  if (!text.isWellFormed()) return "the text has half a character, which UTF-8 cannot hold: remove it";
  if (Buffer.byteLength(text) > maxBytes) return `the text is larger than ${maxBytes} bytes: split it`;
  return undefined;
}

/** Reads what the page sends. @throws ApiRefusal 400 for anything else */
export function readSave(body: Uint8Array): Save {
  const value = parse(body);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const { path, text, was, ...others } = value as Readonly<Record<string, unknown>>;
    const isTag = was === null || (typeof was === "string" && /^[0-9a-f]{64}$/.test(was));
    if (typeof path === "string" && typeof text === "string" && isTag && Object.keys(others).length === 0)
      return { path, text, was };
  }
  throw new ApiRefusal(400, "send `path`, `text` and `was` as JSON");
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
