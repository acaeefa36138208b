import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { parseSchedule, promptAt } from "../../shared/prompt/schedule.ts";
import { emptied, emptyParam } from "../lib/emptyText.ts";
import { encodedBy } from "../lib/fitConditioning.ts";
import { weightsParam } from "../lib/weightsParam.ts";

export const node = defineNode({
  type: "text/schedule",
  version: 1,
  title: "Encode text over time",
  summary: "Encodes a prompt that changes from step to step.",
  keywords: ["prompt scheduling", "prompt editing", "a1111", "alternate", "morph", "fantasy creature"],
  doc: doc`
    Composition comes from the first steps and details from the last ones, so a prompt that changes on the way takes the
    one from the first text and the others from the second. Brackets as in AUTOMATIC1111's web interface:

    * \`[a cat:a dog:0.5]\`: the first for half of the steps, then the second. A number with a decimal point is a part of
      the walk, a whole one a number of steps.
    * \`[in the snow:0.3]\` comes in, \`[in the snow::0.3]\` goes out.
    * \`[cow|horse]\` takes turns at every step.

    They can be nested and stand within words; square brackets of any other form are left to the **weights**. Connect
    the sigmas of the walk: the texts are encoded before it begins. The Condition node switches between them; whatever
    else reads the conditioning sees the first step's. Evaluations cost the same as for one text.
  `,
  cites: [],
  status: "stable",
  inputs: { model: port.model("whose text encoders to use"), sigmas: port.sigmas("the walk, for its number of steps") },
  params: {
    text: param.text({ default: "", multiline: true, placeholder: "[a cat:a dog:0.5]", about: "The prompt." }),
    weights: weightsParam("a1111"),
    empty: emptyParam,
  },
  outputs: { conditioning: port.conditioning("embedding of the text at each step") },
  sessions: ["text_encoder"],
  forecast: ({ model }) => ({ conditioning: encodedBy(model) }),
  run: async ({ model, sigmas }, { text, weights, empty }, context) => {
    const schedule = parseSchedule(text);
    const steps = Math.max(1, sigmas.length - 1);
    const prompts = Array.from({ length: steps }, (_, step) => promptAt(schedule, step, steps));
    const distinct = [...new Set(prompts)];
    const encode = async (prompt: string) =>
      emptied(await model.encodeText(prompt, weights, context.folder), prompt, empty);
    const texts = await Promise.all(distinct.map((prompt) => encode(prompt)));
    const cut = Math.max(...texts.map(({ cutTokens }) => cutTokens ?? 0));
    if (cut > 0) context.warn(`The last ${cut} tokens of this prompt did not fit and were cut.`);
    const places = prompts.map((prompt) => distinct.indexOf(prompt));
    return { conditioning: { ...texts[0], schedule: { texts, steps: places } } };
  },
});
