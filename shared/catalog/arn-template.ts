/**
 * ARN templates as the generated catalogue writes them: most begin alike, and both Lambdas carry every one.
 */

/** What stands for a beginning, the longest first. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how the reference writes variables
const beginnings = [
  ["~/", "arn:${Partition}:connect:${Region}:${Account}:instance/${InstanceId}/"],
  ["~", "arn:${Partition}:connect:${Region}:${Account}:"],
] as const;
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: until here

/** Shortens a template of the Service Authorization Reference. */
export function shortenArn(arn: string): string {
  for (const [mark, beginning] of beginnings) {
    if (arn.startsWith(beginning)) return mark + arn.slice(beginning.length);
  }
  return arn;
}

/** Undoes {@link shortenArn}. */
export function expandArn(text: string): string {
  for (const [mark, beginning] of beginnings) {
    if (text.startsWith(mark)) return beginning + text.slice(mark.length);
  }
  return text;
}
