/** What holds for every command: `-` in the place of a file, one configuration, its own name, exit statuses. The commands are data. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { calledAs, checkoutProgram } from "../../tools/cli/called-as.ts";
import { defineCommand } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { runCli } from "../../tools/cli/program.ts";
import { createCommandFolder, inputs, lineWith, needs, rowsOf, wordsOf } from "./command-lines.ts";
import { KeptText, run } from "./command-run.ts";

const commands = await loadCommands();
let folder = "";
beforeAll(async () => {
  folder = await createCommandFolder();
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const words = (line: string) => wordsOf(line, folder);

const outputs = new Set([
  "bundle --out",
  "openapi --out",
  "report --html",
  "schema --out",
  "reference --out",
  "test --junit",
  "test --lcov",
  "role-policy --write",
  "start --records",
]);

const parameters = commands.flatMap((command) =>
  rowsOf(command).map((row) => ({ command, row, key: `${command.name} ${row.flag}` })),
);
const isConfiguration = (flag: string) => flag === "config" || flag === "--config";

describe("`-`", () => {
  it("stands for every file that a command line names", () => {
    const named = parameters.filter(
      ({ command, row }) =>
        (row.completes === "file" || /^(?:file|template|json|facts|jwt)$/.test(row.placeholder ?? "")) &&
        // It is read and then written to.
        row.flag !== "--state" &&
        // It is read again after each change.
        !(command.name === "start" && isConfiguration(row.flag)),
    );
    expect(named.filter(({ row }) => row.dash === undefined).map(({ key }) => key)).toEqual([]);
    const reading = parameters.filter(({ row }) => row.dash === "input" || row.dash === "both");
    expect(
      // A seed that can be read starts a server; `test/local/connect/seeds` tries it.
      reading
        .map(({ key }) => key)
        .filter((key) => !inputs.has(key) && !/ (?:--config|config|--seed)$/.test(key)),
    ).toEqual([]);
    const writing = parameters.filter(({ row }) => row.dash === "output" || row.dash === "both");
    expect(new Set(writing.map(({ key }) => key))).toEqual(outputs);
  });

  it.each([...inputs])("is read by %s as the file is", async (key, [file]) => {
    const line = (value: string) => words(lineWith(key, value, commands));
    const text = await readFile(join(folder, file));
    // What is written into a file goes to standard output in its place.
    const isFilter = key === "role-policy --write";
    const [ofFile, ofStream] = [await run(line(`DIR/${file}`)), await run(line("-"), text)];
    await writeFile(join(folder, file), text);
    expect(ofStream.status).toBe(ofFile.status);
    const printed = ({ stdout, stderr }: typeof ofFile) =>
      `${isFilter ? "" : stdout}${stderr}`
        .replaceAll(join(folder, file), "standard input")
        .replaceAll("`-`", "`standard input`")
        .replace("`--input -`", "`standard input`");
    if (!isFilter)
      expect(printed(ofStream)).toBe(printed(ofFile).replace(/`?--\w+ standard input`/, "`standard input`"));
    expect(ofStream.stderr).not.toContain("unexpected error");
  });

  it("can stand for one file only", async () => {
    for (const [line, text] of [
      [
        "explain DescribeUser --token - --input -",
        "`--input -` and `--token -` both read the standard input",
      ],
      ["least-privilege --from - --from -", "`--from -` and `--from -` both read the standard input"],
      ["diff - -", "`older -` and `newer -` both read the standard input"],
      ["test DIR/own --junit - --lcov -", "both write to the standard output"],
    ] as const) {
      const { status, stdout, stderr } = await run(words(line));
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain(text);
    }
  });
});

const readers = commands.filter((command) => rowsOf(command).some(({ flag }) => flag === "--config"));

describe("the configuration", () => {
  it.each(readers)("of $name that is not there is told in the same words", async ({ name }) => {
    vi.stubEnv("AWS_REGION", "us-east-1");
    const { status, stdout, stderr } = await run([
      ...words(`${name} ${needs.get(name) ?? ""}`),
      "--config",
      "/nowhere",
    ]);
    expect(status).toBe(2);
    expect((stdout + stderr).replace(":1:1 error ", ":1:1 ")).toContain(
      "/nowhere:1:1 noSuchFolder there is no such folder; name the one that holds `authorizer.yaml`, or let `npm run --silent cli -- init` write one\n",
    );
  });

  it.each(readers.filter(({ name }) => name !== "start"))(
    "of $name may be a bundle on standard input",
    async ({ name }) => {
      // Tables of principals are not there.
      vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
      for (const [variable, value] of [
        ["AWS_REGION", "us-east-1"],
        ["AWS_ACCESS_KEY_ID", "a"],
        ["AWS_SECRET_ACCESS_KEY", "b"],
        ["AWS_MAX_ATTEMPTS", "1"],
      ] as const)
        vi.stubEnv(variable, value);
      const line = words(`${name} ${needs.get(name) ?? ""}`);
      const path = join(folder, "bundle.json");
      const bundle = await readFile(path);
      const runWith = async (config: string) => {
        await rm(join(folder, "published.json"), { force: true });
        const { status, stdout, stderr } = await run([...line, "--config", config], bundle);
        const place =
          config === "-" ? /(?<=policies of |in |bindings {5})-/g : /\S*\/every \S+\/bundle\.json/g;
        return { status, printed: `${stdout}${stderr}`.replaceAll(place, "BUNDLE") };
      };
      const { status, printed } = await runWith("-");
      expect({ status, printed }).toEqual(await runWith(path));
      expect(printed).not.toMatch(/noSuchFolder|neither a folder/);
    },
  );
});

describe("the name that people type", () => {
  const ownUrl = "file:///home/a%20b/node_modules/connect-authorizer/dist/package/cli.mjs";

  it.each([
    [{}, checkoutProgram],
    [{ ownUrl, file: "/x/cli.mjs", env: {} }, "npx connect-authorizer"],
    [
      { ownUrl, file: "/x/cli.mjs", env: { npm_config_user_agent: "pnpm/9.0.0 node/v24" } },
      "pnpm exec connect-authorizer",
    ],
    [
      { ownUrl, file: "/x/cli.mjs", env: { npm_config_user_agent: "yarn/4.0.0 node/v24" } },
      "yarn connect-authorizer",
    ],
    [{ ownUrl, file: "/usr/bin/connect-authorizer", env: { PATH: "/bin:/usr/bin" } }, "connect-authorizer"],
    [
      { ownUrl, file: "/p/node_modules/.bin/connect-authorizer", env: { PATH: "/bin" } },
      "npx connect-authorizer",
    ],
  ])("is the one of %j", (started, name) => {
    expect(calledAs(started)).toBe(name);
  });

  it.each(commands)("is in all that the help of $name says", async ({ name }) => {
    const { stdout } = await run([...name.split(" "), "--help"]);
    expect(stdout).toContain(`Usage: ${checkoutProgram} ${name}`);
    expect(stdout.replace(/\s+/g, " ")).not.toMatch(/(?<!npx |\/)\bconnect-authorizer [a-z-]/);
  });
});

describe("help", () => {
  it.each(commands)(
    "of $name is printed wherever the flag stands, whatever else is wrong",
    async ({ name }) => {
      const help = await run([...name.split(" "), "--help"]);
      expect(help).toMatchObject({ status: 0, stderr: "" });
      for (const words of [
        ["-h", ...name.split(" ")],
        [...name.split(" "), "--nonsense", "-h"],
        [...name.split(" "), "a", "b", "c", "--out", "--help"],
      ])
        expect(await run(words)).toEqual(help);
    },
  );
});

describe("a wrong command line", () => {
  it.each(commands)("of $name gets one sentence, on stderr alone", async ({ name }) => {
    for (const wrong of ["--nonsense", "a b c d e"]) {
      const { status, stdout, stderr } = await run([...name.split(" "), ...wrong.split(" ")]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toMatch(
        /^connect-authorizer: [^\n]*`npm run --silent cli -- [^\n]*--help` shows what there is\n$/,
      );
    }
  });
});

describe("a fault of the program", () => {
  const failing = defineCommand({
    name: "fail",
    text: "fail",
    example: "fail",
    run: () => Promise.reject(new TypeError("it is not\u001b[31m iterable")),
  });

  it("is told without a stack, with the place to report it, and exit status 2", async () => {
    vi.stubEnv("DEBUG", "");
    const fail = async () => {
      const [stdout, stderr] = [new KeptText(), new KeptText()];
      const status = await runCli(["fail"], { stdin: Readable.from([]), stdout, stderr }, async () => [
        failing,
      ]);
      return { status, stdout: stdout.text, stderr: stderr.text };
    };
    const told = await fail();
    expect(told).toMatchObject({ status: 2, stdout: "" });
    expect(told.stderr).toMatch(
      /^connect-authorizer: unexpected error: it is not\\u\{1b\}\[31m iterable\n.*report it.*issues\n/,
    );
    expect(told.stderr).not.toContain(".ts:");
    vi.stubEnv("DEBUG", "1");
    expect((await fail()).stderr).toContain("every-command.test.ts:");
  });
});
