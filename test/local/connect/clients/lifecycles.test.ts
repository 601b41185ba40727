/**
 * What tools that keep infrastructure as code do: create, read, update, read, delete, read. The calls of `aws_…` are those of
 * Terraform's AWS provider (internal/service/connect), the others those that the handlers of CloudFormation's types may make.
 */
import { describe, expect, it } from "vitest";
import type { Input } from "../walk/inputs.ts";
import { useWireClient } from "../walk/wire-client.ts";
import lifecycles from "./lifecycles.json" with { type: "json" };
import { type Call, Script } from "./scripts.ts";

interface Lifecycle {
  readonly resource: string;
  /** What else is there. */
  readonly given?: readonly Call[];
  readonly create: readonly Call[];
  /** Members that name the resource in all later calls. */
  readonly at: Input;
  readonly read: readonly Call[];
  readonly created: Input;
  readonly update?: readonly Call[];
  readonly updated?: Input;
  /** Absent for what Amazon Connect can't delete. */
  readonly delete?: readonly Call[];
  /** How the first reading fails after that, or what a list still shows. */
  readonly gone?: string | Input;
}

describe("the life of a resource", () => {
  const send = useWireClient();

  it.each((lifecycles as unknown as Lifecycle[]).map((each) => [each.resource, each] as const))(
    "%s",
    async (_resource, { at, read, update, gone, ...life }) => {
      const script = new Script(send);
      await script.run([...(life.given ?? []), ...life.create]);
      expect(await script.run(read, at)).toMatchObject(script.fill(life.created));
      if (update) {
        await script.run(update, at);
        expect(await script.run(read, at)).toMatchObject(script.fill(life.updated));
      }
      if (!life.delete) return;
      await script.run(life.delete, at);
      if (typeof gone !== "string")
        return expect(await script.run(read, at)).toMatchObject(script.fill(gone));
      await expect(script.run(read, at)).rejects.toMatchObject({ name: gone });
      // `DeleteTrafficDistributionGroup` has no exception of that name.
      await expect(script.run(life.delete, at)).rejects.toMatchObject({
        name: expect.stringMatching(`^(${gone}|InvalidRequestException)$`),
      });
    },
  );
});
