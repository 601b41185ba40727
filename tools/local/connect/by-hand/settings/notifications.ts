/** Notifications as a user meets them: those to the user or to the whole instance, unread until they are read. */
import type { UserNotificationSummary } from "@aws-sdk/client-connect";
import { missing } from "../../engine/locate.ts";
import { cutPage } from "../../engine/paging.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { Members, Row } from "../../records/resource-table.ts";

export const notificationHandlers = {
  ListUserNotifications(input, world) {
    const instance = world.instance(input.InstanceId);
    const user = instance.table("User").get(input.UserId);
    const found = instance
      .table("Notification")
      .all()
      .filter((row) => isTo(row, user.arn, instance));
    const page = cutPage(found, input, { scope: `ListUserNotifications:${user.arn}` });
    const status = (row: Row<Members>) =>
      instance.settings.get(keyOf(user.id, row.id))?.["Status"] ?? "UNREAD";
    const summaries = page.items.map((row) => ({
      ...row.shape,
      NotificationId: row.id,
      NotificationStatus: status(row),
      InstanceId: instance.configured.id,
      RecipientId: user.id,
      Source: "CUSTOMER",
      CreatedAt: row.createdAt,
    }));
    // A record has the members of its create operation, and the encoder leaves out the others.
    return { UserNotifications: summaries as UserNotificationSummary[], NextToken: page.next };
  },
  UpdateUserNotificationStatus(input, world) {
    const instance = world.instance(input.InstanceId);
    const user = instance.table("User").get(input.UserId);
    const row = instance.table("Notification").get(input.NotificationId);
    if (!isTo(row, user.arn, instance))
      throw missing("UpdateUserNotificationStatus", familyNamed("Notification"), input.NotificationId);
    instance.settings.set(keyOf(user.id, row.id), { Status: input.Status });
    return {};
  },
} satisfies Handlers;

function isTo({ shape }: Row<Members>, userArn: string, instance: InstanceState): boolean {
  const recipients: readonly unknown[] = Array.isArray(shape["Recipients"]) ? shape["Recipients"] : [];
  return recipients.includes(userArn) || recipients.includes(instance.configured.arn);
}

function keyOf(userId: string, notificationId: string): string {
  return JSON.stringify(["notification", userId, notificationId]);
}
