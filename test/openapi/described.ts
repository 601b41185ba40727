/** Documents of configurations, for tests. */

import type { Configuration } from "../../shared/bundle/types.ts";
import { listServed } from "../../shared/reach/served.ts";
import { describeApi, type OpenApiDocument } from "../../tools/openapi/openapi.ts";
import { bundleOf } from "../functions/lambda-fixture.ts";

export function configOf(overrides: Partial<Configuration> = {}): Configuration {
  return bundleOf([], overrides).config;
}

/** Everything that the configuration serves. */
export function documentOf(config: Configuration, servers = ["http://127.0.0.1:3000"]): OpenApiDocument {
  return describeApi({ config, served: listServed(config), servers });
}

/** An operation as the document describes it. */
export interface Found {
  readonly path: string;
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON whose members each test names
  readonly operation: any;
}

export function operationsOf(document: Pick<OpenApiDocument, "paths">): readonly Found[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Every object in a value, with where it is. */
export function* objectsIn(value: unknown, at = ""): Generator<readonly [at: string, object: object]> {
  if (typeof value !== "object" || value === null) return;
  yield [at, value];
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${at}/${name}`);
}

/** What a reference within a document names. */
export function resolveIn(document: unknown, reference: string): unknown {
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((value, name) => Object(value)[name], document);
}
