/** The deployed door of OpenID AuthZEN: the handler with the environment and the packaged bundle. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createAuthzenHandler } from "./handler.ts";

export const handler = createAuthzenHandler(process.env, { packagedBundle });
