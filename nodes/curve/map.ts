import type { Curve } from "../../shared/denoiser.ts";
import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "curve/map",
  version: 1,
  title: "Map curve",
  summary: "Moves a curve from one range of values to another.",
  keywords: ["rescale", "remap", "range", "clamp", "limit", "normalize"],
  doc: doc`
    Stretches and shifts a curve so that one range becomes another:

    $$h = \text{to}_0 + \frac{f - \text{from}_0}{\text{from}_1 - \text{from}_0}\,(\text{to}_1 - \text{to}_0)$$

    A curve drawn between 0 and 1 becomes a guidance scale between 1 and 8. With **clamp** values beyond the range stop
    at its ends. A reversed range turns the curve upside down.
  `,
  cites: [],
  status: "stable",
  inputs: {},
  params: {
    curve: param.curve({ default: 0, about: "The curve to move." }),
    fromLow: param.number({ default: 0, about: "Start of the range that the curve has now." }),
    fromHigh: param.number({ default: 1, about: "End of the range that the curve has now." }),
    toLow: param.number({ default: 1, about: "What the start becomes." }),
    toHigh: param.number({ default: 4, about: "What the end becomes." }),
    clamp: param.boolean({ default: false, about: "Values beyond the range stop at its ends." }),
  },
  outputs: { curve: port.curve("the moved curve") },
  forecast: (_inputs, params, { problem }) => {
    if (params.fromLow === params.fromHigh) {
      const message = `The range from ${params.fromLow} to ${params.fromHigh} is empty. Give it two different ends.`;
      problem({ port: "fromHigh", severity: "error", message });
      return {};
    }
    return { curve: moved(params) };
  },
  build: (_inputs, params) => ({ curve: moved(params) }),
});

interface Settings {
  readonly curve: Curve;
  readonly fromLow: number;
  readonly fromHigh: number;
  readonly toLow: number;
  readonly toHigh: number;
  readonly clamp: boolean;
}

function moved({ curve, fromLow, fromHigh, toLow, toHigh, clamp }: Settings): Curve {
  return (at) => {
    const share = (curve(at) - fromLow) / (fromHigh - fromLow);
    return toLow + (clamp ? Math.min(1, Math.max(0, share)) : share) * (toHigh - toLow);
  };
}
