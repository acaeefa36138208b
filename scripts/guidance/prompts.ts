import { readFileSync } from "node:fs";
import { join } from "node:path";
import { uniforms } from "./uniforms.ts";

/** A prompt, and what the image classifier has to find in a picture of it. */
export interface Prompt {
  readonly text: string;
  /** Labels of classifiers/classifier_image.json. */
  readonly labels: readonly string[];
}

interface Words {
  readonly nouns: readonly string[];
  readonly shapes: readonly string[];
  readonly colors: Readonly<Record<string, unknown>>;
  readonly relations: readonly string[];
}

/**
 * `count` different prompts out of the model's words (prompts.json), the same each time: one in four names a single thing,
 * one a thing and a coloured shape, two name two things. All have a background.
 */
export function promptsOf(model: string, count: number): readonly Prompt[] {
  const words = JSON.parse(readFileSync(join(model, "prompts.json"), "utf8")) as Words;
  const random = uniforms(1);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const colors = Object.keys(words.colors);
  const found = new Map<string, Prompt>();
  while (found.size < count) {
    const background = pick(colors);
    const noun = pick(words.nouns);
    const other = pick(words.nouns.filter((one) => one !== noun));
    const [shape, color] = [pick(words.shapes), pick(colors.filter((one) => one !== background))];
    const kind = found.size % 4;
    const things =
      kind === 0 ? `a ${noun}` : `a ${noun} ${pick(words.relations)} a ${kind === 3 ? `${color} ${shape}` : other}`;
    const second = kind === 0 ? [] : kind === 3 ? [`noun:${shape}`, `shape_color:${color}`] : [`noun:${other}`];
    const text = `${things} on a ${background} background`.replace(/\ba (?=[aeiou])/g, "an ");
    found.set(text, { text, labels: [`noun:${noun}`, ...second, `background:${background}`] });
  }
  return [...found.values()];
}
