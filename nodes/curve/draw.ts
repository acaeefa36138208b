import { defineNode } from "../../shared/node/define.ts";
import { doc } from "../../shared/node/doc.ts";
import { param } from "../../shared/node/params.ts";
import { port } from "../../shared/node/ports.ts";

export const node = defineNode({
  type: "curve/draw",
  version: 1,
  title: "Curve",
  summary: "Holds a drawn curve that several parameters share.",
  keywords: ["draw", "spline", "schedule", "constant", "over sigma", "over steps", "log-snr"],
  doc: doc`
    A number that changes over the walk, drawn by hand. One curve may drive many parameters: connect it to the scale of
    two guidance nodes and they rise and fall together.

    The axis is the **fraction** of the walk (0 at the first step, 1 at the last), the noise level **sigma**, or the
    **log-SNR** $-2 \ln \sigma$. A curve over the fraction moves along when the number of steps changes; one over sigma
    stays with the noise level, whatever the schedule. Between its points a curve is a **monotone** cubic, which does
    not overshoot, **linear** (over sigma: in its logarithm), or a **step**, which holds each value until the next
    point. Beyond the first and the last point it is constant.

    $$w = f(u), \qquad u \in \{\tfrac{i}{N - 1},\ \sigma_i,\ -2 \ln \sigma_i\}$$

    All evaluations of one step, correctors too, read the curve at the step's own start.
  `,
  cites: [
    {
      id: "doi:10.1137/0717021",
      by: "Fritsch and Carlson, 1980",
      title: "Monotone Piecewise Cubic Interpolation",
    },
  ],
  status: "stable",
  inputs: {},
  params: {
    curve: param.curve({
      default: {
        over: "fraction",
        interpolation: "monotone",
        points: [
          [0, 1],
          [0.5, 5],
          [1, 3],
        ],
      },
      about: "The curve; a plain number is constant.",
    }),
  },
  outputs: { curve: port.curve("the number at each step") },
  forecast: (_inputs, { curve }) => ({ curve }),
  build: (_inputs, { curve }) => ({ curve }),
});
