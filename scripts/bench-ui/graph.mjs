// Generated graphs: the same nodes, places and links for Fairlead and for the bare page.

import sharp from "sharp";

/** Room of a node in canvas pixels: the highest cards fit in, and gaps stay free everywhere. */
export const cell = { width: 320, height: 440 };

/** Ten nodes that make one image, over the model that all blocks share. */
const block = [
  ["prompt", "text/encode", { text: "a fox on a blue background" }, ["model.model model"]],
  ["empty", "text/encode", { text: "" }, ["model.model model"]],
  ["strong", "denoiser/condition", {}, ["model.model model", "prompt.conditioning conditioning"]],
  ["weak", "denoiser/condition", {}, ["model.model model", "empty.conditioning conditioning"]],
  ["guide", "guidance/cfg", { scale: 4 }, ["strong.denoiser strong", "weak.denoiser weak"]],
  ["schedule", "sigmas/schedule", { steps: 20 }, ["model.model model"]],
  ["noise", "noise/gaussian", { seed: 7 }, []],
  ["latent", "latent/empty", {}, ["model.model model"]],
  [
    "sample",
    "sampler/sample",
    {},
    ["guide.denoiser denoiser", "schedule.sigmas sigmas", "noise.noise noise", "latent.latent latent"],
  ],
  ["decode", "latent/decode", {}, ["sample.latent latent", "model.model model"]],
];

/** Nodes of a block that carry a picture in Fairlead; in the bare page every card does. */
const pictured = new Set(["sample", "decode"]);

/** A graph of `count` nodes, a model for every ten blocks, in a grid about as wide as high on the screen. */
export function makeGraph(count) {
  const columns = Math.max(1, Math.round(Math.sqrt((count * cell.height) / cell.width)));
  const nodes = [];
  const edges = [];
  let model = "";
  for (let row = 0; nodes.length < count; row++) {
    if (row % 10 === 0) {
      model = `model-${row}`;
      nodes.push({ id: model, type: "model/load", params: { path: "", network: "" } });
    }
    const name = (id) => (id === "model" ? model : `${id}-${row}`);
    for (const [id, type, params, links] of block) {
      if (nodes.length === count) break;
      nodes.push({ id: name(id), type, params, isPictured: pictured.has(id) });
      for (const link of links) {
        const [from, to] = link.split(" ");
        const [source, output] = from.split(".");
        edges.push({ from: [name(source), output], to: [name(id), to] });
      }
    }
  }
  const places = nodes.map((node, index) => ({
    ...node,
    position: { x: (index % columns) * cell.width, y: Math.floor(index / columns) * cell.height },
  }));
  return { nodes: places, edges, columns };
}

/** The graph as a workflow file. */
export function workflowOf({ nodes, edges }) {
  const plain = nodes.map(({ isPictured, ...node }) => node);
  return JSON.stringify({ fairlead: 1, name: `Bench ${nodes.length}`, nodes: plain, edges });
}

/** Size of the pictures in pixels. */
export const pictureSize = 128;

/** A PNG of its own for every number: soft blots, about as hard to pack as a photograph. */
export async function picture(number) {
  const small = Buffer.from(bytes(number, 8 * 8 * 3));
  const raw = { width: 8, height: 8, channels: 3 };
  return sharp(small, { raw }).resize(pictureSize, pictureSize, { kernel: "cubic" }).png().toBuffer();
}

function bytes(seed, length) {
  let state = (seed * 2654435761 + 1) >>> 0;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
