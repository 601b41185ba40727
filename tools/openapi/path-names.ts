/**
 * One name for each variable part of a path. Two paths may not differ in names alone (OpenAPI, "Paths Object"), and API
 * Gateway allows one name below each resource. The name has no meaning for the functions, which read the path itself.
 */
import { labelsOf } from "../../shared/request/route/encoded-route.ts";

export interface NamedPath {
  readonly path: string;
  /** The label of the template that was given → its name in the path. */
  readonly names: ReadonlyMap<string, string>;
}

export class PathNames {
  /** By what is before the part, with `{}` for each variable one. */
  readonly #names = new Map<string, string>();

  /** The first path that has a variable part at a place names it. */
  nameOf(template: string): NamedPath {
    const names = new Map<string, string>();
    let before = "";
    const parts = template
      .split("/")
      .slice(1)
      .map((part) => {
        const [label] = labelsOf(part);
        const place = before;
        before += label === undefined ? `/${part}` : "/{}";
        if (label === undefined) return part;
        const name = this.#names.get(place) ?? freeName(label, [...names.values()]);
        this.#names.set(place, name);
        names.set(label, name);
        return `{${name}}`;
      });
    return { path: `/${parts.join("/")}`, names };
  }
}

function freeName(label: string, taken: readonly string[]): string {
  const word = label.replace(/[^A-Za-z0-9_]/g, "_");
  for (let number = 1; ; number++) {
    const name = number === 1 ? word : `${word}${number}`;
    if (!taken.includes(name)) return name;
  }
}
