import { expect, test } from "vitest";
import { calls } from "../../../shared/contract.ts";
import { exportFormats, exportRequest } from "./exportImage.ts";

const picture = { document: "d", node: "decode", index: 0, suggestedName: "hello-1" };

test.each([
  ["png-8", "png", 8],
  ["png-16", "png", 16],
  ["jpeg", "jpeg", 8],
  ["webp", "webp", 8],
] as const)("%s is %s with %d bit", (format, container, bitDepth) => {
  const request = exportRequest(picture, { format, embedWorkflow: true });
  expect(request).toEqual({ ...picture, format: container, bitDepth, embedWorkflow: true });
});

test("every format on offer is one that main takes", () => {
  for (const { value } of exportFormats)
    expect(
      calls["image.export"].in.safeParse(exportRequest(picture, { format: value, embedWorkflow: false })).success,
    ).toBe(true);
});
