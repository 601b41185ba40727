/** The members of each type's create operation, which its describe operation returns, without id, name and tags. */
import type { InputOf } from "./operation-types.ts";

/** A user. A password is never kept. */
export type UserShape = Omit<InputOf<"CreateUser">, "InstanceId" | "Username" | "Password" | "Tags">;

export type SecurityProfileShape = Omit<
  InputOf<"CreateSecurityProfile">,
  "InstanceId" | "SecurityProfileName" | "Tags"
>;

export type RoutingProfileShape = Omit<InputOf<"CreateRoutingProfile">, "InstanceId" | "Name" | "Tags">;

/** A queue of the type `STANDARD`. */
export type QueueShape = Omit<InputOf<"CreateQueue">, "InstanceId" | "Name" | "Tags"> & {
  readonly Status: "ENABLED" | "DISABLED";
};

export type ContactFlowShape = Omit<InputOf<"CreateContactFlow">, "InstanceId" | "Name" | "Tags"> & {
  readonly Status: "PUBLISHED" | "SAVED";
  readonly State: "ACTIVE" | "ARCHIVED";
};

/** Hours of operation: open round the clock, since nothing here depends on them. */
export interface HoursOfOperationShape {
  readonly TimeZone: string;
}

/** A hierarchy group of the first level. */
export interface HierarchyGroupShape {
  readonly LevelId: string;
}
