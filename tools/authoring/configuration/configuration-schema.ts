/**
 * The JSON Schema of `authorizer.yaml`, by which editors complete, explain and check it while it is written.
 *
 * Author side only. The reader stays the judge: what the schema refuses the reader refuses, but not the other way about,
 * since names of policies, twins and routes that overlap are beyond a schema. A test holds each against the other.
 */

import { corsMethods, maxMaxAgeSeconds } from "../../../shared/bundle/rules/cors.ts";
import { instanceArnPattern, roleArnPattern } from "../../../shared/bundle/rules/instance-arn.ts";
import { externalIdPattern, maxConcurrentCalls } from "../../../shared/bundle/rules/instances.ts";
import {
  groupSplits,
  maxClockToleranceSeconds,
  scopePattern,
  tokenUses,
} from "../../../shared/bundle/rules/issuers.ts";
import { operations } from "../../../shared/catalog/catalog.ts";
import { dependentActionChoices, modes, tokenHeaders } from "./read/configuration.ts";

/** A JSON Schema, draft 7: what editors' YAML support is at home with. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const text: JsonSchema = { type: "string", minLength: 1 };
const texts: JsonSchema = { type: "array", items: text, uniqueItems: true };
const someTexts: JsonSchema = { ...texts, minItems: 1 };
const oneOrSome: JsonSchema = { anyOf: [text, someTexts] };
/** Values that are compared as they are: `*` would match nobody. */
const value: JsonSchema = { ...text, not: { const: "*" } };
const someValues: JsonSchema = { type: "array", items: value, uniqueItems: true, minItems: 1 };

interface Members {
  readonly required?: Readonly<Record<string, JsonSchema>>;
  readonly optional?: Readonly<Record<string, JsonSchema>>;
}

function mapping(description: string, { required = {}, optional = {} }: Members): JsonSchema {
  return {
    description,
    type: "object",
    properties: { ...required, ...optional },
    ...(Object.keys(required).length > 0 ? { required: Object.keys(required) } : {}),
    additionalProperties: false,
  };
}

function said(description: string, schema: JsonSchema): JsonSchema {
  return { description, ...schema };
}

const instance: JsonSchema = {
  ...mapping("An Amazon Connect instance.", {
    required: {
      arn: said(
        "ARN of the instance: arn:aws:connect:REGION:ACCOUNT:instance/ID, the id in lower case. A replica in another Region, with the same id, is an instance of its own.",
        {
          type: "string",
          pattern: instanceArnPattern,
        },
      ),
    },
    optional: {
      roleArn: said("ARN of the role to assume for calls to this instance.", {
        type: "string",
        pattern: roleArnPattern,
      }),
      externalId: said("What the role's trust policy asks for as `sts:ExternalId`.", {
        type: "string",
        pattern: externalIdPattern,
      }),
      sourceIdentity: said("Whether the caller's id is the session's source identity.", { type: "boolean" }),
      sessionPolicy: said("Whether the caller's policies are handed to STS as session policy.", {
        type: "boolean",
      }),
      maxConcurrentCalls: said(
        "How many calls to this instance a container makes at a time. One caller gets at most half of them.",
        {
          type: "integer",
          minimum: 1,
          maximum: maxConcurrentCalls,
        },
      ),
    },
  }),
  // These are about the session of a role.
  dependencies: { externalId: ["roleArn"], sourceIdentity: ["roleArn"], sessionPolicy: ["roleArn"] },
};

const claims = mapping("Which claims of a token say who the caller is.", {
  optional: {
    id: said("The claim that is the caller's id: `aws:userid` in policies. Default: sub.", text),
    name: said("The claim that is the caller's name: `aws:username` in policies.", text),
    groups: said(
      "The claim that lists the caller's groups, which bindings match. A claim that is a text is one group.",
      {
        anyOf: [
          text,
          mapping("A groups claim that is a text, or a list.", {
            required: { claim: said("The claim that lists the caller's groups.", text) },
            optional: {
              split: said(
                "How a claim that is a text is split: at spaces, at commas, or read as a JSON list (or as Cognito writes one). Default: a text is one group.",
                { enum: groupSplits },
              ),
            },
          }),
        ],
      },
    ),
    tags: said("Tag name → claim: `aws:PrincipalTag/NAME` in policies.", {
      type: "object",
      additionalProperties: text,
    }),
  },
});

const scope: JsonSchema = { type: "string", pattern: scopePattern };

/** Other members are the key's own business. */
const jwk: JsonSchema = {
  type: "object",
  properties: {
    kty: said("Key type. `RSA`, `EC` and `OKP` are supported; a key of any other type is ignored.", text),
    kid: said("The key's id, as in tokens' headers. Not needed if the headers name none.", {
      type: ["string", "null"],
      minLength: 1,
    }),
  },
  required: ["kty"],
};

const issuer = mapping("Somebody whose tokens are trusted.", {
  required: {
    issuer: said("The issuer's https URL, exactly as in the tokens' `iss`.", {
      type: "string",
      pattern: "^https?://[^\\s?#]+$",
    }),
    audience: said(
      "Audiences (`aud`, or `client_id` of Cognito's access tokens) of which a token must be for one.",
      oneOrSome,
    ),
  },
  optional: {
    claims,
    jwksUri: said(
      "URL of the issuer's keys. Default: what its discovery document names (`/.well-known/openid-configuration` below the issuer), else `/.well-known/jwks.json`; always the latter for Cognito.",
      {
        type: "string",
        pattern: "^https?://[^\\s#]+$",
      },
    ),
    clockToleranceSeconds: said(
      "How far the issuer's clock may differ from ours, in seconds. Default: none.",
      {
        type: "integer",
        minimum: 0,
        maximum: maxClockToleranceSeconds,
      },
    ),
    tokenUse: said("What a token must be for: its `token_use`.", { enum: tokenUses }),
    scopes: said("Scopes that a token must have, all of them.", {
      anyOf: [scope, { type: "array", items: scope, uniqueItems: true, minItems: 1 }],
    }),
    jwks: mapping(
      "The issuer's public keys, as the issuer publishes them. These keys are not fetched, and without `jwksUri` no keys are.",
      {
        required: {
          keys: { type: "array", minItems: 1, items: jwk },
        },
      },
    ),
  },
});

const headers: JsonSchema = {
  type: "array",
  uniqueItems: true,
  items: { type: "string", pattern: "^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+$", not: { const: "*" } },
};

const cors = mapping("Which web pages may call the API from a browser.", {
  required: {
    allowOrigins: said("Origins like https://console.example.com; `*` alone for all.", {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { type: "string", pattern: "^(\\*|https?://[^\\s/\\\\?#@*]+/?)$" },
    }),
  },
  optional: {
    allowMethods: said("Methods that pages may use.", {
      type: "array",
      minItems: 1,
      uniqueItems: true,
      items: { enum: corsMethods },
    }),
    allowHeaders: said("Headers that pages may send. Default: those of AWS's SDK and the token's.", headers),
    exposeHeaders: said("Headers of answers that pages may read.", headers),
    maxAgeSeconds: said("How long browsers may keep a preflight's answer.", {
      type: "integer",
      minimum: 0,
      maximum: maxMaxAgeSeconds,
    }),
    allowCredentials: said("Whether pages may send cookies and the like.", { type: ["boolean", "null"] }),
  },
});

const match: JsonSchema = {
  ...mapping("Whom the policies are for: every condition given must hold, within one any value.", {
    optional: {
      issuer: said(
        "The caller's token must be of one of these issuers. Needed if several issuers are configured.",
        oneOrSome,
      ),
      groups: said("Groups of which the caller must be in one.", someValues),
      principals: said("Ids of callers; unique within one issuer only.", someValues),
      claims: said("Claim → accepted values.", {
        type: "object",
        minProperties: 1,
        additionalProperties: { anyOf: [value, someValues] },
      }),
    },
  }),
  minProperties: 1,
};

const binding = mapping("Attaches policies to whoever matches. Whoever matches several has them all.", {
  required: {
    match,
    policies: said("Names of policies: policies/NAME.json.", someTexts),
  },
  optional: {
    boundary: said("Name of the policy that is the permissions boundary of those who match.", text),
  },
});

const acceptedKey = mapping("A condition key that policies may name although nothing here can fill it in.", {
  required: {
    key: said("The condition key: aws:PrincipalOrgID", text),
    because: said("Why policies name it.", text),
  },
  optional: {
    policies: said("Names of the policies that may name it. Default: all.", someTexts),
  },
});

function route(): JsonSchema {
  const served = operations().filter(({ refused }) => refused === undefined);
  return mapping("A path of your own for an operation.", {
    required: {
      route: said("Method and path: DELETE /agents/{agentId}", {
        type: "string",
        pattern: "^(GET|POST|PUT|PATCH|DELETE) /\\S+$",
      }),
      operation: said("The operation of Amazon Connect.", { enum: served.map(({ name }) => name) }),
      input: said(
        "The operation's input; {label}, {query.name} and {body.Member} take values from the request.",
        {
          type: "object",
        },
      ),
    },
  });
}

/** Makes the schema. */
export function createConfigurationSchema(): JsonSchema {
  const root = mapping("Who may do what with Amazon Connect.", {
    required: {
      instances: said(
        "Instances that may be reached; a call for any other is refused. The first is the home instance.",
        {
          type: "array",
          minItems: 1,
          items: instance,
        },
      ),
      issuers: said("Whose tokens are trusted.", { type: "array", minItems: 1, items: issuer }),
      bindings: said("Who gets which policies. Whoever matches none has no access.", {
        type: "array",
        items: binding,
      }),
    },
    optional: {
      guardrails: said(
        "Names of policies that everybody must pass besides, like service control policies.",
        texts,
      ),
      mode: said("`shadow`: never enforced, only compared with the configuration that is.", {
        enum: [...modes],
      }),
      tokenHeader: said("The one header that carries the token.", { enum: tokenHeaders }),
      cors,
      dependentActions: said(
        "Whether an operation's dependent actions (TagResource of a create with tags, a Search's Describe) are asked besides its own. Default: required.",
        { enum: dependentActionChoices },
      ),
      routes: said("Paths of your own for operations.", { type: "array", items: route() }),
      accept: said(
        "Condition keys that policies may name although nothing here can fill them in, each with a reason. Without an entry here, lint reports them as errors.",
        { type: "array", items: acceptedKey },
      ),
    },
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "authorizer.yaml of connect-authorizer",
    ...root,
  };
}

/** Formats the schema as its file's text. */
export function formatConfigurationSchema(): string {
  return `${JSON.stringify(createConfigurationSchema(), undefined, 2)}\n`;
}
