/** The deployed proxy: the handler with the environment and the packaged bundle. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createProxyHandler } from "./handler.ts";

export const handler = createProxyHandler(process.env, { packagedBundle });
