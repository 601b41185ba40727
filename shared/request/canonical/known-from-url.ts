/**
 * What a method and a path alone settle of an operation's input: for a reader that sees nothing else, and whose answer
 * must hold for every query and every body.
 */
import type { InputMember } from "../../catalog/types.ts";
import { parseTemplate } from "../route/custom-template.ts";
import type { CertainInput, InputValue, OperationInput, RoutedCall } from "../types.ts";

/**
 * Tells which top-level members are certain.
 *
 * Of Connect's own route these are the labels; of the RPC form none; of a custom route every member whose template holds
 * constants and labels only, and every member that the route has no template for, since nothing else can fill it.
 */
export function certainInput({ row, labels, custom }: RoutedCall): CertainInput {
  const isMember = new Set(row.members.map(({ name }: InputMember) => name));
  if (!custom) {
    const isCertain = (member: string) => labels.has(member) || !isMember.has(member);
    return { input: Object.fromEntries(labels), isCertain };
  }
  const open = new Set<string>();
  const settled: [string, InputValue][] = [];
  for (const [member, template] of Object.entries(custom.input)) {
    const value = settle(template, custom.labels);
    if (value === undefined) open.add(member);
    else settled.push([member, value]);
  }
  const input: OperationInput = Object.fromEntries(settled);
  return { input, isCertain: (member) => !open.has(member) };
}

/** The value that a template has whatever else the request holds; `undefined` when it hangs on its query or body. */
function settle(template: unknown, labels: ReadonlyMap<string, string>): InputValue | undefined {
  if (typeof template === "string") {
    const reference = parseTemplate(template);
    if (!reference) return template;
    return reference.source === "label" ? labels.get(reference.name) : undefined;
  }
  if (typeof template === "number" || typeof template === "boolean" || template === null) return template;
  if (typeof template !== "object") return undefined;
  const inner = Object.entries(template).map(([key, value]) => [key, settle(value, labels)] as const);
  if (inner.some(([, value]) => value === undefined)) return undefined;
  return Array.isArray(template) ? inner.map(([, value]) => value ?? null) : Object.fromEntries(inner);
}
