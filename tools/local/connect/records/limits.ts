/** Lengths of the API Reference, which the schemas leave open. */
import { invalidParameter } from "../service-fault.ts";

/** Checks a text's length in UTF-16 units. @throws ServiceFault `InvalidParameterException` */
export function checkLength(
  value: string,
  path: string,
  range: { readonly from: number; readonly to: number },
): void {
  if (value.length >= range.from && value.length <= range.to) return;
  throw invalidParameter(path, `must have ${range.from} to ${range.to} characters`);
}
