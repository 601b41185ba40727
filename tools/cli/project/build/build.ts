/** `build`: what your own repository deploys, made of its configuration and of the product. */
import { version } from "../../../../package.json";
import { createBundle, formatBundle } from "../../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../../shared/bundle/types.ts";
import { readSignature } from "../../bundle/sign-bundle.ts";
import { configurationArgument, configurationOption, defineCommand } from "../../command.ts";
import type { CommandIo } from "../../command-io.ts";
import { openConfiguration } from "../../open-configuration.ts";
import { formatRolePolicies, ownRole, rolePoliciesOf } from "../../role/role-documents.ts";
import { printLine } from "../../terminal/lay-out.ts";
import { assertReplaceable, type BuiltFiles, builtBy, removeBuild, replaceBuild } from "./build-folder.ts";
import { type ApiFlavour, fillTemplate } from "./fill-template.ts";

/** As messages name them. */
const apis: Readonly<Record<ApiFlavour, string>> = { rest: "REST API", http: "HTTP API" };

export const command = defineCommand({
  name: "build",
  text: "check the configuration and write what your template.yaml deploys: functions with the policies inside, template, role",
  arguments: configurationArgument,
  options: {
    ...configurationOption,
    "--api <flavour>": {
      text: "which API Gateway to deploy: rest or http",
      choices: ["rest", "http"],
      default: "rest",
    },
    "--out <dir>": {
      text: "folder to write; what an earlier build wrote there is replaced",
      default: ".connect-authorizer",
    },
    "--sign <file>": {
      text: "sign the policies with this private key (PEM); default: `AUTHORIZER_SIGN`",
      environment: { variable: "AUTHORIZER_SIGN" },
      dash: "input",
    },
  },
  example: "build config --api http",
  note: "a build that fails leaves no earlier one behind, so that it cannot be deployed by mistake",
  finding: "the configuration has errors",
  whenRefused: 1,
  async run({ config, env, api, out, sign }, io) {
    const wanted: WantedBuild = { config, environment: env, api, ...(sign === undefined ? {} : { sign }) };
    await assertReplaceable(out, sign === undefined ? [config] : [config, sign]);
    try {
      await replaceBuild(out, await makeFiles(wanted, io));
    } catch (error) {
      if (await removeBuild(out))
        printLine(`the earlier build in \`${out}\` is removed, so that it is not deployed by mistake`, io);
      throw error;
    }
    printLine(`wrote ${out}: ${apis[api]}${ofEnvironment(env)}, policies of ${config}`, io, "stdout");
    return 0;
  },
});

interface WantedBuild {
  readonly config: string;
  readonly api: ApiFlavour;
  readonly environment: string | undefined;
  readonly sign?: string;
}

function ofEnvironment(environment: string | undefined): string {
  return environment === undefined ? "" : ` for the environment ${environment}`;
}

async function makeFiles(
  { config, api, environment, sign }: WantedBuild,
  io: CommandIo,
): Promise<BuiltFiles> {
  const opened = await openConfiguration(config, {
    ...{ environment, stdin: io.stdin },
    ...{ warnTo: io.stderr, isEnforcing: true },
  });
  const bundle = createBundle(opened.bundle.config, opened.bundle.policies, undefined);
  const signature = await readSignature(bundle.version, sign === undefined ? {} : { sign }, io);
  const policies = rolePoliciesOf(opened);
  if (policies.byRole.size === 0)
    io.stderr.write("warning: no binding can use any operation in the configured instances\n");
  const filled = fillTemplate(bundle.config, { api, environment, policy: policies.byRole.get(ownRole) });
  if (filled.isWide)
    io.stderr.write(
      "warning: the actions that the configuration can use do not fit a role: it grants every action in the instances\n",
    );
  return {
    bundle: formatBundle(bundle, signature),
    template: filled.text,
    rolePolicy: formatRolePolicies(policies),
    build: describeBuild(bundle, { api, environment }),
  };
}

function describeBuild(
  bundle: Bundle,
  { api, environment }: { readonly api: ApiFlavour; readonly environment: string | undefined },
): string {
  const facts = { builtBy, version, api, environment: environment ?? null, bundle: bundle.version };
  return `${JSON.stringify(facts, undefined, 2)}\n`;
}
