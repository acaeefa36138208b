import { expect, test } from "vitest";
import type { Conditioning, Model } from "../../shared/model.ts";
import type { Tensor } from "../../shared/tensor/tensor.ts";
import { node as condition } from "../denoiser/condition.ts";
import { callsOf, sample } from "../lib/testing.ts";
import { node } from "./schedule.ts";

const asked: string[] = [];
/** Embeds a text as its letters and predicts what it was told. */
const model = {
  info: { prediction: "eps" },
  encodeText: async (text: string, rule: string): Promise<Conditioning> => {
    asked.push(`${rule} ${text}`);
    const codes = [...text].map((letter) => letter.charCodeAt(0));
    return { context: sample(codes, [1, 1, codes.length]), ...(text.length > 6 ? { cutTokens: 2 } : {}) };
  },
  denoiser:
    ({ context }: Conditioning) =>
    async () =>
      context,
} as unknown as Model;

const sigmas = [8, 4, 2, 1, 0];
const warnings: string[] = [];
const context = { warn: (message: string) => void warnings.push(message) } as never;
const letters = ({ data }: Tensor) => String.fromCharCode(...data);

async function textsOf(text: string): Promise<string[]> {
  const { conditioning } = await node.run!({ model, sigmas }, { text, weights: "a1111", empty: "encoded" }, context);
  const { denoiser } = condition.build!({ model, conditioning }, {}, {} as never);
  expect([denoiser.native, denoiser.model]).toEqual(["eps", model]);
  const longer = callsOf([...sigmas.map((sigma) => sigma + 8), 4, 2, 0]);
  const found = await Promise.all(longer.map((call) => denoiser(sample([0]), call.sigma, call)));
  return found.map(letters);
}

test("each step is told its own text, each text is encoded once, further steps keep the last one", async () => {
  expect(await textsOf("[a|b]c[d:e:0.5]")).toEqual(["acd", "bcd", "ace", "bce", "bce", "bce", "bce"]);
  expect(asked).toEqual(["a1111 acd", "a1111 bcd", "a1111 ace", "a1111 bce"]);
  asked.length = 0;
  expect(new Set(await textsOf("(plain)"))).toEqual(new Set(["(plain)"]));
  expect(asked).toEqual(["a1111 (plain)"]);
});

test("what did not fit is told", async () => {
  warnings.length = 0;
  await textsOf("a [long:longer:2] text");
  expect(warnings).toEqual(["The last 2 tokens of this prompt did not fit and were cut."]);
});
