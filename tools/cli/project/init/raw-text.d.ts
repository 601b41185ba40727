/** A file's text: tools/raw-text.mjs. */
declare module "*?raw" {
  const text: string;
  export default text;
}
