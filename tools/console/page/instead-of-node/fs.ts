/** As `node:fs`, see `files.ts`. */
import { find, read } from "./files.ts";

type Told<Value> = (error: unknown, value?: Value) => void;

function tell<Value>(make: () => Value, told: Told<Value>): void {
  let value: Value;
  try {
    value = make();
  } catch (error) {
    told(error);
    return;
  }
  told(null, value);
}

export function stat(path: string, told: Told<ReturnType<typeof find>>): void {
  tell(() => find(path), told);
}

export function readFile(path: string, told: Told<Uint8Array>): void {
  tell(() => read(path), told);
}
