/** Text inside XML: elements and attributes in double quotes. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

/** XML has no way to write what is no character, and readers change a bare CR. https://www.w3.org/TR/xml/#charsets */
export function inXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold
      .replace(/[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g, "\uFFFD")
      .replace(/[&<>"\r]/g, (each) => entities[each] ?? each)
  );
}
