import { param } from "../../shared/node/params.ts";

/** How a picture that is too large for an autoencoder is cut. */
export const tileParams = {
  tile: param.integer({
    default: 0,
    min: 0,
    max: 8192,
    step: 64,
    unit: "px",
    onCard: false,
    about: "Side of a tile. 0 = the whole picture at once, or the largest tiles that there is memory for.",
  }),
  overlap: param.integer({
    default: 64,
    min: 0,
    max: 1024,
    step: 8,
    unit: "px",
    onCard: false,
    about: "How much neighbouring tiles share, half a tile at most; they are blended over it.",
  }),
} as const;
