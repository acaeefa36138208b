import type { Model } from "../../shared/model.ts";
import { param } from "../../shared/node/params.ts";
import { column, logSigmoid, logSoftmax } from "../../shared/tensor/index.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";

/** The parameters of a reward by a label: the label, what of the answer counts, the classifier's file (empty = `file`). */
export const classifierParams = (file: string) => ({
  label: param.text({ default: "", about: "What the image should show.", placeholder: "cat" }),
  score: param.select({
    default: "log-probability",
    about: "What of the classifier's answer counts.",
    onCard: false,
    options: [
      {
        value: "log-probability",
        label: "Log-probability",
        about: "0 and less; fades out where the label is certain.",
      },
      { value: "logit", label: "Logit", about: "The network's own number; has no upper end." },
    ],
  }),
  path: param.file({
    default: "",
    what: "onnx",
    label: "File",
    onCard: false,
    about: "Classifier inside the model's folder, or an absolute path.",
    placeholder: file,
  }),
});

/** Where a label is in the output of a classifier. */
export interface LabelPlace {
  readonly index: number;
  /** Several yes-or-no answers instead of one of many. */
  readonly isMultiLabel: boolean;
}

/** Finds a label in the list beside a classifier's file. Throws a sentence if there is none or it is not in it. */
export async function labelPlace(model: Model, path: string, label: string): Promise<LabelPlace> {
  const beside = path.replace(/\.onnx$/, ".json");
  const { labels, task } = ((await model.readJson(beside)) ?? {}) as {
    readonly labels?: readonly string[];
    readonly task?: string;
  };
  if (!labels) throw new Error(`${path} has no labels beside it. Put {"labels": […]} into ${beside}.`);
  const index = labels.findIndex((one) => one === label || one.endsWith(`:${label}`));
  if (index < 0) throw new Error(`This classifier has no label “${label}”. It knows ${labels.join(", ")}.`);
  return { index, isMultiLabel: /multi-label|sigmoid/.test(task ?? "") };
}

/** Log-probability or logit of a label from logits [B, N]: [B]. */
export function scoreOf(
  logits: Tensor,
  { index, isMultiLabel }: LabelPlace,
  score: "log-probability" | "logit",
): Tensor {
  if (score === "logit") return column(logits, index);
  return column(isMultiLabel ? logSigmoid(logits) : logSoftmax(logits), index);
}
