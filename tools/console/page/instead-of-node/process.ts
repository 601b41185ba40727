/** What the engine uses of Node.js's `process`, in a browser. */
export const process = { cwd: () => ".", env: {} };
