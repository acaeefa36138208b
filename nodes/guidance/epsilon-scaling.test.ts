import { expect, test } from "vitest";
import { scale } from "../../shared/tensor/index.ts";
import { conversion } from "../lib/space.ts";
import { callAt, denoiserOf, distance, golden, guided } from "../lib/testing.ts";
import { node } from "./epsilon-scaling.ts";

const { x, sigma, strong } = golden;
const denoiser = denoiserOf(strong);

test("the predicted noise is divided by the factor", async () => {
  const { into } = conversion("eps", denoiser, x, sigma);
  const result = await guided(node, { denoiser }, { factor: 1.25 })(x, sigma, callAt());
  expect(distance(into(result), scale(into(strong), 0.8))).toBeLessThan(1e-12);
});

test("factor 1 changes nothing", async () => {
  expect(await guided(node, { denoiser }, { factor: 1 })(x, sigma, callAt())).toBe(strong);
});
