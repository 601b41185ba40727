/** As `node:util`. */

type Called = (path: string, told: (error: unknown, value?: unknown) => void) => void;

export function promisify(call: Called): (path: string) => Promise<unknown> {
  return (path) =>
    new Promise((resolve, reject) => {
      call(path, (error, value) => (error ? reject(error) : resolve(value)));
    });
}
