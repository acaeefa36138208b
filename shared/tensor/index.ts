/** The public face of the tensor kernels. */
export * from "./arithmetic.ts";
export * from "./axis.ts";
export * from "./axisMaps.ts";
export * from "./backward.ts";
export * from "./create.ts";
export * from "./features.ts";
export * from "./filters.ts";
export * from "./image.ts";
export { detach, track } from "./kernel.ts";
export * from "./mosaic.ts";
export * from "./nonlinear.ts";
export * from "./planes.ts";
export * from "./reduce.ts";
export * from "./rows.ts";
export * from "./tensor.ts";
