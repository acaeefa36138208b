import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";
import { reportConditionings } from "../lib/fitConditioning.ts";
import { foundModel } from "../lib/foundModel.ts";

export const node = defineNode({
  type: "denoiser/control",
  version: 1,
  title: "Control",
  summary: "Conditions a model on a text and on pictures, by ControlNets.",
  keywords: ["controlnetapply", "controlnetapplyadvanced", "canny", "depth", "pose", "controlnet"],
  doc: doc`
    A denoiser as **Condition** makes one, whose network also follows pictures: each ControlNet sees its own picture and
    adds residuals, times **strength**, to the maps of the model. A curve limits it to a part of the walk: control early for
    composition, let go late for detail. Several ControlNets add up; pictures and ControlNets are taken in their order.
  `,
  cites: [
    {
      id: "arXiv:2302.05543",
      by: "Zhang and others, 2023",
      title: "Adding Conditional Control to Text-to-Image Diffusion Models",
    },
  ],
  status: "stable",
  inputs: {
    model: port.model("network to ask"),
    conditioning: port.conditioning("what it is told"),
    control: port.model("control networks", { many: true }),
    image: port.image("what each control network is shown", { many: true }),
  },
  params: {
    strength: param.curve({
      default: 1,
      min: 0,
      max: 10,
      step: 0.05,
      slider: [0, 2],
      safe: [0.4, 1],
      about: "Weight of the residuals; 0 = no control.",
    }),
  },
  outputs: { denoiser: port.denoiser("prediction under text and pictures") },
  forecast: ({ model, conditioning, control, image }, _params, { facts, problem }) => {
    reportConditionings(model, [conditioning], "conditioning", problem);
    if (control.length !== image.length) {
      const message = `There are ${control.length} control networks, but ${image.length} pictures. Connect one picture for each.`;
      problem({ port: "image", severity: "error", message });
    }
    const controls = control.filter((one) => one !== undefined);
    const under =
      model && controls.length > 0 ? foundModel(facts.controlled(model, controls), "control", problem) : model;
    return under ? { denoiser: { model: under } } : {};
  },
  build: ({ model, conditioning, control, image }, { strength }) => ({
    denoiser: model.denoiser(
      conditioning,
      control.map((network, i) => ({ network, picture: image[i], strength })),
    ),
  }),
});
