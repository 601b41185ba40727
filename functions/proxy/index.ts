/** The deployed proxy: the handler, wired to the environment and to the bundle it was packaged with. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createProxyHandler } from "./handler.ts";

export const handler = createProxyHandler(process.env, { packagedBundle });
