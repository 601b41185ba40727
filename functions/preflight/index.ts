/** The deployed preflight handler, with the environment and the packaged bundle. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createPreflightHandler } from "./handler.ts";

export const handler = createPreflightHandler(process.env, { packagedBundle });
