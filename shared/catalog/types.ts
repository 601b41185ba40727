/**
 * The shape of the catalogue: what this product knows about each operation of Amazon Connect.
 *
 * Rows are data that `npm run generate` writes. Code takes a row and never switches on an operation's name.
 */

/** Where a top-level input member travels on the wire (Smithy HTTP bindings). */
export type MemberPlace = "path" | "query" | "header" | "body";

export interface InputMember {
  readonly name: string;
  readonly place: MemberPlace;
  /** Its name on the wire: the label, the query key, the header; for the body, its own name. */
  readonly wireName: string;
  readonly required: boolean;
}

/**
 * A resource that an operation touches.
 *
 * `source` is the path of its identifier in the operation's input, with `[]` for each list
 * (`QueueConfigs[].QueueReference.QueueId`), or `*` when IAM asks on every resource of the type (a create,
 * some lists). `{}` means each value of a map, and `Expression<AndExpression[],OrExpression[]>` means the
 * structure itself and those of its kind that are nested in it. `member-path.ts` reads the grammar.
 */
export interface TargetSpec {
  /**
   * A key of the resource type table (`user`, `security-profile`); `arn` when the value at `source` is the
   * resource's own ARN; `*` for operations asked on `*`.
   */
  readonly type: string;
  readonly source: string;
  /** `required`: must be allowed. `referenced`: an explicit deny on it denies the call. */
  readonly sort: "required" | "referenced";
  /**
   * What is asked when the input holds no identifier at `source`:
   * `none`: nothing; `all`: `<type>/*`; `error`: the call is refused as malformed.
   */
  readonly whenAbsent: "none" | "all" | "error";
  /**
   * Resource types that an ARN at `source` may name besides `type`. For `arn` without it: any type of Connect's own.
   * An ARN of another type is refused.
   */
  readonly types?: readonly string[];
  /** Only where this sibling of `source`'s last member has one of the values, compared without case. */
  readonly discriminator?: { readonly member: string; readonly values: readonly string[] };
  /**
   * Whether the member may hold an ARN of any service instead of an identifier. It is sent as it is, and the call is
   * authorized on it as on every ARN of Connect's (`named-arns.ts`).
   */
  readonly orAnyArn?: true;
  /** Other member paths: `whenAbsent` applies only if there is nothing at them either. */
  readonly alternatives?: readonly string[];
  /** Top-level member whose value qualifies the identifier: `ViewVersion` makes `view/<id>:<version>`. */
  readonly qualifier?: string;
}

/**
 * Whether an operation's dependent actions (the Service Authorization Reference's word for what {@link ExtraAction} holds)
 * must be allowed in addition to its own.
 */
export type DependentActions = "required" | "ignored";

/** An action that is asked in addition to the operation's own. */
export interface ExtraAction {
  /** `connect:TagResource` */
  readonly action: string;
  /** `always`, or the path of the member whose presence (not empty) makes it needed: `Tags`. */
  readonly when: "always" | { readonly member: string };
  /** Targets it is asked on. */
  readonly targets: readonly TargetSpec[];
}

/** One operation of Amazon Connect. */
export interface OperationRow {
  /** `CreateUser` */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** URI template with labels: `/users/{InstanceId}/{UserId}`. */
  readonly uri: string;
  readonly members: readonly InputMember[];
  /** IAM action of the operation itself: `connect:CreateUser`. */
  readonly action: string;
  readonly targets: readonly TargetSpec[];
  readonly extraActions: readonly ExtraAction[];
  /** Condition keys that IAM's reference lists for the action, in its spelling. */
  readonly conditionKeys: readonly string[];
  /** Why this product refuses to serve the operation, when it does. Then `targets` is empty. */
  readonly refused?: string;
}

/** A resource type: `arn:${Partition}:connect:${Region}:${Account}:instance/${InstanceId}/agent/${UserId}`. */
export interface ResourceType {
  readonly name: string;
  readonly arn: string;
}
