/**
 * The shape of the catalogue: what this product knows about each operation of Amazon Connect.
 *
 * Rows are data that `npm run generate` writes. Code uses the row and never switches on an operation's name.
 */

/** Where the wire format has a top-level input member (Smithy HTTP bindings). */
export type MemberPlace = "path" | "query" | "header" | "body";

export interface InputMember {
  readonly name: string;
  readonly place: MemberPlace;
  /** Name of the label, the query key or the header; for the body, the member's own name. */
  readonly wireName: string;
  readonly required: boolean;
}

/**
 * A resource that an operation uses.
 *
 * `source` is the path of its identifier in the operation's input, with `[]` for each list
 * (`QueueConfigs[].QueueReference.QueueId`). It is `*` if IAM uses all resources of the type (a create, some lists).
 * `{}` means each value of a map. `Expression<AndExpression[],OrExpression[]>` means the structure and all those of its
 * kind that are nested in it. `member-path.ts` reads the grammar.
 */
export interface TargetSpec {
  /** A key of the resource type table (`user`), `arn` if `source` holds the resource's own ARN, or `*`. */
  readonly type: string;
  readonly source: string;
  /** `required`: must be allowed. `referenced`: an explicit deny on it denies the call. */
  readonly sort: "required" | "referenced";
  /** If there is no identifier at `source`: `none`: no ask; `all`: `<type>/*`; `error`: the call is malformed. */
  readonly whenAbsent: "none" | "all" | "error";
  /** Other types that an ARN at `source` may name. For `arn` without it: any type of Connect. Others are refused. */
  readonly types?: readonly string[];
  /** Applies only if this sibling of `source`'s last member has one of the values, compared without case. */
  readonly discriminator?: { readonly member: string; readonly values: readonly string[] };
  /**
   * Whether the member may hold an ARN of any service instead of an identifier. It is sent unchanged, and the call is
   * authorized on it as on every ARN of Connect (`named-arns.ts`).
   */
  readonly orAnyArn?: true;
  /** Other member paths: `whenAbsent` applies only if they are empty too. */
  readonly alternatives?: readonly string[];
  /** Top-level member whose value qualifies the identifier: `ViewVersion` makes `view/<id>:<version>`. */
  readonly qualifier?: string;
}

/**
 * Whether an operation's dependent actions must be allowed in addition to its own. {@link ExtraAction} holds them; the
 * term is the Service Authorization Reference's.
 */
export type DependentActions = "required" | "ignored";

/** An action that must be allowed in addition to the operation's own. */
export interface ExtraAction {
  /** `connect:TagResource` */
  readonly action: string;
  /** `always`, or the path of the member that makes it needed if it is present and not empty: `Tags`. */
  readonly when: "always" | { readonly member: string };
  readonly targets: readonly TargetSpec[];
}

export interface OperationRow {
  /** `CreateUser` */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** URI template with labels: `/users/{InstanceId}/{UserId}`. */
  readonly uri: string;
  readonly members: readonly InputMember[];
  /** IAM action of the operation: `connect:CreateUser`. */
  readonly action: string;
  readonly targets: readonly TargetSpec[];
  readonly extraActions: readonly ExtraAction[];
  /** Those of the action in IAM's reference, as it spells them. */
  readonly conditionKeys: readonly string[];
  /** Why this product does not serve the operation. Then `targets` is empty. */
  readonly refused?: string;
}

/** `arn:${Partition}:connect:${Region}:${Account}:instance/${InstanceId}/agent/${UserId}` */
export interface ResourceType {
  readonly name: string;
  readonly arn: string;
}
