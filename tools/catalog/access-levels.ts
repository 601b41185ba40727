/** Writes the access levels of all actions, which the editors of policies show: one action a line. */
import type { IamReference } from "./iam-reference.ts";

export function formatAccessLevels({ actions }: IamReference): string {
  const lines = [...actions.values()]
    .filter(({ accessLevel }) => accessLevel !== undefined)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, accessLevel }) => `  ${JSON.stringify(name)}: ${JSON.stringify(accessLevel)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}
