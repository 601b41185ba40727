/** The deployed door for agents: the handler with the environment and the packaged bundle. */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createMcpFunction } from "./handler.ts";

export const handler = createMcpFunction(process.env, { packagedBundle });
