/**
 * Evaluations of contacts: drafts until they are submitted, and scored when they are. The form is the version that was
 * active at the start. Nothing evaluates by itself.
 */
import type { EvaluationFormContent, EvaluatorUserUnion } from "@aws-sdk/client-connect";
import { once } from "../../engine/change.ts";
import { locate } from "../../engine/locate.ts";
import { list } from "../../engine/read.ts";
import { faultOf } from "../../families/facts.ts";
import { familyNamed } from "../../families/families.ts";
import { localUserArn } from "../../families/family-table.ts";
import type { Handlers } from "../../handler.ts";
import type { OutputOf } from "../../operation-types.ts";
import { checkReferences } from "../../records/checks.ts";
import type { Shown } from "../../records/record.ts";
import type { Members } from "../../records/resource-table.ts";
import { invalidParameter } from "../../service-fault.ts";
import type { World } from "../../world.ts";
import { checkTags } from "../settings/tags.ts";
import { type Answers, mergeAnswers, mergeNotes, type Notes, unanswered } from "./answers.ts";
import { activeContentOf } from "./evaluation-forms.ts";
import { scoreAnswers } from "./scores.ts";

/** The members of an evaluation's record that are its own; `Metadata` has those that its answers show inside. */
interface EvaluationShape extends Members {
  readonly Status: "DRAFT" | "SUBMITTED";
  readonly EvaluationForm: EvaluationFormContent;
  readonly Answers: Answers;
  readonly Notes: Notes;
  readonly Metadata: Members;
}

export const evaluationHandlers = {
  StartContactEvaluation(input, world) {
    const operation = "StartContactEvaluation";
    const instance = world.instance(input.InstanceId);
    return once(instance, operation, input.ClientToken, () => {
      checkReferences(operation, input, instance);
      const form = locate({ operation, family: familyNamed("EvaluationForm"), input, world });
      const EvaluationForm = activeContentOf(form);
      if (!EvaluationForm) {
        const message = `evaluation form \`${form.row.id}\` has no active version; activate one`;
        throw faultOf(operation, ["ResourceConflictException"], { message });
      }
      const { ContactId } = input;
      const agent = instance.contacts.find(ContactId)?.shape.described.AgentInfo?.Id;
      const isAutomatic = input.AutoEvaluationConfiguration?.Enabled === true;
      const Metadata = {
        ContactId,
        EvaluatorArn: localUserArn(instance.configured),
        ...(agent === undefined ? {} : { ContactAgentId: agent }),
        ...(isAutomatic ? automaticPart : {}),
      };
      const shape: EvaluationShape = {
        ContactId,
        Status: "DRAFT",
        EvaluationType: "STANDARD",
        EvaluationForm,
        EvaluationFormId: form.row.id,
        EvaluationFormVersion: EvaluationForm.EvaluationFormVersion,
        EvaluationFormTitle: EvaluationForm.Title,
        Answers: {},
        Notes: {},
        Metadata,
      };
      const tags = checkTags(input.Tags, "Tags");
      const row = instance.table("ContactEvaluation").add({ tags, shape });
      return { EvaluationId: row.id, EvaluationArn: row.arn };
    });
  },
  UpdateContactEvaluation(input, world) {
    const operation = "UpdateContactEvaluation";
    const shown = find(operation, input, world);
    if (shapeOf(shown).Status !== "DRAFT") {
      const message = `evaluation \`${shown.row.id}\` is submitted; submit it again to change it`;
      throw faultOf(operation, ["ResourceConflictException"], { message });
    }
    return revise(shown, changed(shown, input, input.UpdatedBy));
  },
  SubmitContactEvaluation(input, world) {
    const shown = find("SubmitContactEvaluation", input, world);
    const shape = changed(shown, input, input.SubmittedBy);
    const open = unanswered(shape.EvaluationForm.Items ?? [], shape.Answers);
    if (open.length > 0)
      throw invalidParameter("Answers", `must answer these questions too: ${open.join(", ")}`);
    const scores = scoreAnswers(shape.EvaluationForm, shape.Answers);
    const { whole = {}, items } = scores ?? {};
    const Metadata = {
      ...shape.Metadata,
      ...(scores ? { Score: whole } : {}),
      ScorePercentage: whole.Percentage,
      ScoreAutomaticFail: whole.AutomaticFail,
      ScoreNotApplicable: whole.NotApplicable,
      EarnedPoints: whole.EarnedPoints,
      MaxBasePoint: whole.MaxBasePoint,
      PerformanceCategory: whole.PerformanceCategory,
    };
    return revise(shown, { ...shape, Status: "SUBMITTED", Metadata, ...(items ? { Scores: items } : {}) });
  },
  ListContactEvaluations(input, world) {
    const operation = "ListContactEvaluations";
    checkReferences(operation, input, world.instance(input.InstanceId));
    const family = familyNamed("ContactEvaluation");
    // The rule fills the output by the operation's own schema.
    return list({ operation, family, input, world }) as OutputOf<typeof operation>;
  },
} satisfies Handlers;

/** An automated evaluation reads what conversational analytics found, of which a local contact has nothing. */
const automaticPart = {
  AutoEvaluation: { AutoEvaluationEnabled: true, AutoEvaluationStatus: "FAILED" },
  AutoEvaluationEnabled: true,
  AutoEvaluationStatus: "FAILED",
};

function find(operation: string, input: Members, world: World): Shown {
  const shown = locate({ operation, family: familyNamed("ContactEvaluation"), input, world });
  checkReferences(operation, input, shown.instance);
  return shown;
}

function shapeOf({ row }: Shown): EvaluationShape {
  // Only StartContactEvaluation makes rows of this table.
  return row.shape as EvaluationShape;
}

interface Change {
  readonly Answers?: Answers | undefined;
  readonly Notes?: Notes | undefined;
}

function changed(shown: Shown, change: Change, by: EvaluatorUserUnion | undefined): EvaluationShape {
  const shape = shapeOf(shown);
  const items = shape.EvaluationForm.Items ?? [];
  const EvaluatorArn = by?.ConnectUserArn ?? localUserArn(shown.instance.configured);
  return {
    ...shape,
    Answers: mergeAnswers(items, shape.Answers, change.Answers ?? {}),
    Notes: mergeNotes(items, shape.Notes, change.Notes ?? {}),
    Metadata: { ...shape.Metadata, EvaluatorArn },
  };
}

function revise({ row, instance }: Shown, shape: EvaluationShape) {
  instance.table("ContactEvaluation").revise(row, { shape });
  return { EvaluationId: row.id, EvaluationArn: row.arn };
}
