/** Condition keys about a caller's own HTTP request, for decisions to which that request is not at hand. */
import { endpointKeys, lowerNames } from "./global-keys.ts";

const ofEndpoint = ["aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce", ...lowerNames(endpointKeys)];
/** An address is that of a caller who came through the public endpoint. */
const unseenBehindAddress: ReadonlySet<string> = new Set(["aws:referer", "aws:useragent"]);
const unseenKeys: ReadonlySet<string> = new Set(["aws:sourceip", ...unseenBehindAddress, ...ofEndpoint]);

/** Returns the keys, in lower case, that are unknown of a caller of whom no more than this address is known. */
export function unseenKeysOf(sourceIp: string | undefined): ReadonlySet<string> {
  return sourceIp === undefined ? unseenKeys : unseenBehindAddress;
}
