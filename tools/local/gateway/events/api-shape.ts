/** The API that is imitated: its flavour, the payloads of its two functions, and the key of its authorizer cache. */
export interface ApiShape {
  /** TOKEN or REQUEST event of a REST API, payload 1.0 or 2.0 of an HTTP API. */
  readonly authorizer: "token" | "rest" | "http1" | "http2";
  readonly proxy: "rest" | "http1" | "http2";
  /** Only with payload 2.0: whether the authorizer answers `{isAuthorized, context}`. */
  readonly isSimple: boolean;
  /** Identity sources other than the token's header. */
  readonly identitySources: readonly ("method" | "path")[];
}

/** The REST API of template.yaml. */
export const restApi: ApiShape = {
  authorizer: "rest",
  proxy: "rest",
  isSimple: false,
  identitySources: ["method", "path"],
};

/** The HTTP API of docs/examples/http-api/template.yaml. */
export const httpApi: ApiShape = {
  authorizer: "http2",
  proxy: "http2",
  isSimple: true,
  identitySources: ["method", "path"],
};

export function isHttpApi({ proxy }: ApiShape): boolean {
  return proxy !== "rest";
}
