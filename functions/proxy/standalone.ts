/**
 * The proxy without an authorizer, for a function URL: it verifies each call's token itself.
 *
 * It is an entry point and not a setting. So no variable can make the proxy behind an API accept tokens, or make this
 * one trust what an event says about its caller.
 */
import packagedBundle from "../../dist/bundle.json" with { type: "json" };
import { createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { openObserver } from "../../shared/observe/open-observer.ts";
import { readSettings } from "../../shared/settings.ts";
import { createProxyHandler } from "./handler.ts";

const observer = openObserver(readSettings(process.env));

export const handler = createProxyHandler(process.env, {
  packagedBundle,
  observer,
  verifyCaller: createCallerVerifier(() => observer?.count("KeysFailure")),
});
