import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { port } from "../../shared/node/ports.ts";
import { abs, add, mulMap, scale, sum, sumChannels } from "../../shared/tensor/index.ts";
import { isFloatTensor, type Tensor } from "../../shared/tensor/tensor.ts";
import { fitMask } from "../lib/mask.ts";

export const node = defineNode({
  type: "explain/pointing-game",
  version: 1,
  title: "Energy pointing game",
  summary: "Measures how much of a map lies inside a mask.",
  keywords: ["epg", "localisation", "explain", "attribution", "score", "mask", "share"],
  doc: doc`
    The share of the map's positive part that lies inside the mask:

    $$\text{EPG} = \frac{\sum_{p} m_p\, M_p^+}{\sum_p M_p^+}$$

    $M_p$ is the sum of the map over the colours of a pixel. 1 means that the reward looks only at the masked object; an
    even map gives the mask's share of the area. A map without any positive part gives 0. Reported as the metric
    \`pointing game\`.
  `,
  cites: [
    {
      id: "arXiv:1910.01279",
      by: "Wang and others, 2019",
      title: "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks",
    },
  ],
  status: "stable",
  effect: "measures",
  inputs: { map: port.tensor("map of an explanation"), mask: port.mask("where the reward should look") },
  params: {},
  outputs: { number: port.number("share inside the mask of each sample, 0 to 1") },
  run: ({ map, mask }, _params, context) => {
    if (!isFloatTensor(map) || map.shape.length !== 4)
      throw new Error("This is no map of an image. Connect the map of an explanation.");
    const places = sumChannels(map);
    const positive = scale(add(places, abs(places)), 0.5);
    const number = share(sum(mulMap(positive, fitMask(mask, positive))), sum(positive));
    context.metric("pointing game", number);
    return { number };
  },
});

function share(inside: Tensor, all: Tensor): Tensor {
  const data = inside.data.map((value, b) => (all.data[b] === 0 ? 0 : value / all.data[b])) as Tensor["data"];
  return { data, shape: inside.shape };
}
