/** `sam deploy --guided` without AWS credentials: as far as it goes, and no further. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommands, type ShellOptions } from "./pages/shell.ts";

/**
 * Answers each question with its default.
 * @returns what is wrong: a parameter that it does not ask for, or that it does not come to where it needs credentials
 */
export async function leadThroughDeployment(
  command: string,
  { folder, environment: given }: ShellOptions,
): Promise<string | undefined> {
  const withoutCredentials = Object.entries(given).filter(
    ([name]) => !/^AWS_(ACCESS|SECRET|SESSION|PROFILE|CONTAINER|WEB)/.test(name),
  );
  const environment = {
    ...Object.fromEntries(withoutCredentials),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_CONFIG_FILE: "/dev/null",
  };
  const { stdout, stderr } = await runCommands([command], { folder, environment, input: "\n".repeat(200) });
  const output = `${stdout}\n${stderr}`;
  const template = readFileSync(join(folder, "template.yaml"), "utf8");
  const unasked = parametersOf(template).filter((name) => !output.includes(`Parameter ${name} [`));
  if (unasked.length > 0) return `it does not ask for ${unasked.join(", ")}: ${output.slice(-3000)}`;
  return output.includes("Unable to locate credentials")
    ? undefined
    : `it does not come to where it needs credentials: ${output.slice(-3000)}`;
}

/** The parameters that a template's text declares. */
export function parametersOf(template: string): readonly string[] {
  const [, section = ""] = /^Parameters:\n(.*?)^\w/ms.exec(template) ?? [];
  return [...section.matchAll(/^ {2}(\w+):$/gm)].map(([, name = ""]) => name);
}
