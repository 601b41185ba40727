/**
 * Policies and requests as plain JSON, as the reference reads them.
 */

export type OneOrMore<Value> = Value | readonly Value[];

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>
  >;
}

export interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMore<Statement>;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Layers {
  readonly policies: readonly Policy[];
  readonly boundary?: Policy | undefined;
  /** More of them. */
  readonly boundaries?: readonly Policy[] | undefined;
  readonly guardrails?: readonly Policy[] | undefined;
}
