import { resolve } from "node:path";
import { expect, test } from "vitest";
import { gradientsPage } from "./documentation.ts";

test("the page in docs says what the rules say (written anew by vitest -u)", async () => {
  await expect(gradientsPage()).toMatchFileSnapshot(resolve(__dirname, "../../../docs/gradients.md"));
});
