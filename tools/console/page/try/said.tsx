/** A sentence of ours, whose names stand between backticks: they are shown as code. All of it is text. */
export function Said({ text }: { readonly text: string }) {
  return <>{text.split("`").map((part, at) => (at % 2 === 0 ? part : <code key={at}>{part}</code>))}</>;
}
