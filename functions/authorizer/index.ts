/** The deployed authorizer: the handler, wired to the environment and to the bundle it was packaged with. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createAuthorizerHandler } from "./handler.ts";

export const handler = createAuthorizerHandler(process.env, { packagedBundle });
