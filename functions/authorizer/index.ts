/** The deployed authorizer: the handler with the environment and the packaged bundle. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createAuthorizerHandler } from "./handler.ts";

export const handler = createAuthorizerHandler(process.env, { packagedBundle });
