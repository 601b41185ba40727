/** moto imports the document for API Gateway as a REST API, without a warning, and has each of its methods. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { restApiOf } from "../../tools/openapi/rest-api/rest-api.ts";
import { configOf, documentOf } from "../openapi/described.ts";
import { type FilledServer, startFilledMoto } from "./python-sdk.ts";

const arn = "arn:aws:lambda:us-east-1:123456789012:function";
const arns = { authorizer: `${arn}:authorizer`, proxy: `${arn}:proxy` };
const document = restApiOf(documentOf(configOf()), {
  tokenHeader: "Authorization",
  reauthorizeEverySeconds: 60,
  arns,
});

let moto: FilledServer;
beforeAll(async () => {
  moto = await startFilledMoto();
});
afterAll(() => moto.close());

const importBody = (body: object) =>
  moto.call("apigateway", "import_rest_api", { failOnWarnings: true, body: JSON.stringify(body) });

it("imports every method, with its integration", async () => {
  const { id } = await importBody(document);
  const { items } = await moto.call("apigateway", "get_resources", { restApiId: id, limit: 500 });
  const imported = Array.isArray(items) ? items : [];
  const methods = imported.flatMap(({ path, resourceMethods = {} }) =>
    Object.entries<{ methodIntegration: { uri: string } }>(resourceMethods).map(
      ([method, { methodIntegration }]) => {
        expect(methodIntegration.uri).toContain(arns.proxy);
        return `${method.toLowerCase()} ${path}`;
      },
    ),
  );
  const described = Object.entries<object>(Reflect.get(document, "paths")).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(methods.sort()).toEqual(described.sort());
});

it("is refused when it is spoilt", async () => {
  expect(await importBody({ ...document, info: {} })).toMatchObject({
    Error: { Code: "BadRequestException" },
  });
});
