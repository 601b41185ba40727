/**
 * Configuration folders on disk for the tests of the loader and of the command line.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** A folder that is removed when the test's `using` scope would end: call `remove`. */
export interface ConfigurationFolder {
  readonly path: string;
  /** The folder as issues name it: relative to the current directory. */
  readonly name: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  remove(): Promise<void>;
}

/** What a configuration needs besides what a test is about. */
export const otherMembers = `instances: [{ arn: "arn:aws:connect:us-east-1:123456789012:instance/aaaa" }]
issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }]
bindings: [{ match: { groups: [a] }, policies: [p] }]
`;

/** A configuration without any issue. */
export const goodFiles: Readonly<Record<string, string>> = {
  "authorizer.yaml": `instances:
  - arn: arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1
issuers:
  - issuer: https://issuer.example/
    audience: app
    claims: { groups: groups }
bindings:
  - match: { groups: [agents] }
    policies: [read]
`,
  "policies/read.json": `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["connect:Describe*", "connect:ListUsers"],
      "Resource": "*"
    }
  ]
}
`,
};

/** Creates a folder that holds the given files. */
export async function createFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<ConfigurationFolder> {
  const path = await mkdtemp(join(tmpdir(), "configuration-"));
  const folder: ConfigurationFolder = {
    path,
    name: relative(process.cwd(), path),
    async write(more) {
      for (const [file, content] of Object.entries(more)) {
        await mkdir(dirname(join(path, file)), { recursive: true });
        await writeFile(join(path, file), content);
      }
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
  await folder.write(files);
  return folder;
}
