/** The deployed answerer of preflights, wired to the environment and to the bundle it was packaged with. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createPreflightHandler } from "./handler.ts";

export const handler = createPreflightHandler(process.env, { packagedBundle });
