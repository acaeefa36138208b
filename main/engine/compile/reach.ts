import { labelOf } from "../../../shared/node/names.ts";
import type { Port } from "../../../shared/node/ports.ts";
import type { Diagnostic } from "../../../shared/plan.ts";
import type { PlannedStep } from "./cost.ts";

/** Which denoisers the walks of a document evaluate, and what these ask for it. */
export class Reach {
  readonly #met = new Set<string>();
  readonly #asked = new Set<string>();

  /** A denoiser that is evaluated. */
  meet(step: string): void {
    this.#met.add(step);
  }

  /** An input that an evaluation asks. */
  ask(step: string, input: string): void {
    this.#asked.add(`${step}\n${input}`);
  }

  /** Connected predictions that no evaluation asks: a scale of 1, an interval without a step, a weight of 0. */
  idle(steps: readonly PlannedStep[]): Diagnostic[] {
    return steps.flatMap(({ id, definition, inputs }) => {
      if (!this.#met.has(id)) return [];
      const ports = Object.entries(definition.inputs) as [string, Port][];
      return ports
        .filter(([name, { wire }]) => wire === "denoiser" && inputs[name] && !this.#asked.has(`${id}\n${name}`))
        .map(([name, port]) => ({ severity: "warning", node: id, port: name, message: sentence(labelOf(name, port)) }));
    });
  }
}

const sentence = (label: string) =>
  `${label} has no effect with these settings: no step asks it, and it costs nothing. Change them, or take it away.`;
