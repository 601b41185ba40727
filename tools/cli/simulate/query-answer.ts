/** Answers of AWS's Query protocol: XML with the members of a JSON answer, or an error. */
import type { IamError } from "../../authoring/simulation/iam-error.ts";
import { inXml } from "../formats/xml.ts";

const namespace = "https://iam.amazonaws.com/doc/2010-05-08/";

/** Maps are lists of entries; everything else that is an object has its members by name. */
const maps: ReadonlySet<string> = new Set(["EvalDecisionDetails"]);

export function writeAnswer(operation: string, answer: object, requestId: string): string {
  const result = element(`${operation}Result`, answer);
  const metadata = element("ResponseMetadata", { RequestId: requestId });
  return `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>\n`;
}

export function writeError({ code, message, status }: IamError, requestId: string): string {
  const type = status < 500 ? "Sender" : "Receiver";
  const error = element("Error", { Type: type, Code: code, Message: message });
  return `<ErrorResponse xmlns="${namespace}">${error}${element("RequestId", requestId)}</ErrorResponse>\n`;
}

function element(name: string, value: unknown): string {
  return `<${name}>${contentOf(name, value)}</${name}>`;
}

function contentOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => element("member", item)).join("");
  if (typeof value !== "object" || value === null) return inXml(String(value));
  const members = Object.entries(value);
  return maps.has(name)
    ? members.map(([key, each]) => element("entry", { key, value: each })).join("")
    : members.map(([member, each]) => element(member, each)).join("");
}
