/**
 * The OpenAPI 3.1 document of the API that a configuration serves: Amazon Connect's own routes, the routes of the
 * configuration, and `POST /operations/{Operation}`. Nothing in it depends on policies, unless operations are chosen by them.
 */
import { lowerAscii } from "../../shared/ascii.ts";
import type { Configuration } from "../../shared/bundle/types.ts";
import { sdkVersion } from "../../shared/catalog/generated/sdk-version.generated.ts";
import type { Served } from "../../shared/reach/served.ts";
import { anyPlace } from "../catalog/entry/catalog-resource.ts";
import { answerHeaders, errorResponses, errorSchema } from "./answers.ts";
import {
  type DescribedOperation,
  describeAnyOperation,
  describeCustomRoute,
  describeOwnRoute,
  type Surroundings,
} from "./operation.ts";
import { PathNames } from "./path-names.ts";
import { ComponentSchemas } from "./schemas.ts";

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly Readonly<Record<string, unknown>>[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** By method, in lower case. */
export type PathItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Described {
  readonly config: Pick<Configuration, "instances" | "tokenHeader" | "dependentActions">;
  /** The operations and routes that the document has. */
  readonly served: readonly Served[];
  /** The API's addresses. */
  readonly servers: readonly string[];
}

/** Writes the document. The same configuration gives the same document. */
export function describeApi({ config, served, servers }: Described): OpenApiDocument {
  const schemas = new ComponentSchemas();
  schemas.add("Error", errorSchema);
  const described = describeServed(served, { ...surroundingsOf(config), schemas });
  const tags = [...new Set(described.flatMap(({ operation }) => operation.tags))];
  return {
    openapi: "3.1.1",
    info: {
      title: "Amazon Connect",
      version: sdkVersion,
      description:
        "The operations of Amazon Connect. IAM policies decide each call. `x-connect-authorizer` says what they are asked.",
    },
    servers: servers.flatMap((url) => serversAt(url, config)),
    security: [{ [schemeNames[config.tokenHeader]]: [] }],
    tags: tags.sort().map((name) => ({ name })),
    paths: pathsOf(described),
    components: {
      schemas: schemas.toJson(),
      responses: errorResponses(),
      headers: answerHeaders,
      securitySchemes: { [schemeNames[config.tokenHeader]]: securitySchemes[config.tokenHeader] },
    },
  };
}

const schemeNames = { authorization: "bearerAuth", "x-connect-token": "connectToken" } as const;

const securitySchemes = {
  authorization: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
  "x-connect-token": {
    type: "apiKey",
    in: "header",
    name: "X-Connect-Token",
    description: "The caller's JWT, without `Bearer`.",
  },
};

function surroundingsOf(config: Described["config"]): Omit<Surroundings, "schemas"> {
  const { instances, dependentActions = "required" } = config;
  const [only, second] = instances;
  const place = only !== undefined && second === undefined ? only : anyPlace;
  return { paths: new PathNames(), instances, settings: { place, dependentActions } };
}

/** Amazon Connect's own routes come first, so that their labels keep their names. */
function describeServed(served: readonly Served[], around: Surroundings): readonly DescribedOperation[] {
  const own = served.filter(({ route }) => route === undefined);
  const ids = new Set(["CallOperation", ...own.map(({ name }) => name)]);
  const names = own.map(({ name }) => name).sort();
  return [
    ...own.map(({ operation }) => describeOwnRoute(operation, around)),
    ...served.flatMap(({ route, operation: row }) => {
      if (!route) return [];
      const id = freeId(`${row.name}_${lowerAscii(route.method)}${route.path}`, ids);
      return [describeCustomRoute({ route, row, id }, around)];
    }),
    ...(names.length > 0 ? [describeAnyOperation(names)] : []),
  ];
}

/** Makes `DeleteUser_delete_agents_agentId`: each route needs an id, and several may lead to one operation. */
function freeId(text: string, taken: Set<string>): string {
  const word = text.replace(/[^A-Za-z0-9]+/g, "_").replace(/_+$/, "");
  for (let number = 1; ; number++) {
    const id = number === 1 ? word : `${word}_${number}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

function pathsOf(described: readonly DescribedOperation[]): OpenApiDocument["paths"] {
  const paths = new Map<string, Record<string, DescribedOperation["operation"]>>();
  for (const { path, method, operation } of described)
    paths.set(path, { ...paths.get(path), [method]: operation });
  return Object.fromEntries([...paths].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Where several Regions are configured, any route may follow the Region of the instance. */
function serversAt(url: string, { instances }: Described["config"]): OpenApiDocument["servers"] {
  const regions = [...new Set(instances.map(({ region }) => region))];
  if (regions.length < 2) return [{ url }];
  const Region = { default: regions[0], enum: regions };
  return [{ url }, { url: `${url}/regions/{Region}`, variables: { Region } }];
}
