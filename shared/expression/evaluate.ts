import { operations } from "./functions.ts";
import type { Expression } from "./parse.ts";
import type { Value } from "./values.ts";

/** Numbers that every expression knows. */
const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** Most numbers that one evaluation may compute; a tape over them takes a few times as many bytes. */
const maxNumbers = 2 ** 28;

/**
 * Checks an expression against the names that it may use. Throws a sentence for an unknown name or function, and for a
 * wrong number of parts; returns the names that it uses.
 */
export function checkNames(expression: Expression, known: readonly string[]): ReadonlySet<string> {
  const used = new Set<string>();
  const open = [expression];
  for (let part = open.pop(); part; part = open.pop()) {
    if (part.kind === "name") {
      if (!known.includes(part.name) && !Object.hasOwn(constants, part.name)) throw unknownName(part.name, known);
      used.add(part.name);
    } else if (part.kind === "call") {
      checkCall(part.name, part.parts.length);
      open.push(...part.parts);
    }
  }
  return used;
}

function unknownName(name: string, known: readonly string[]): Error {
  if (Object.hasOwn(operations, name)) return new Error(`${name} is a function. Write ${name}(…).`);
  return new Error(`There is no “${name}” here. There are ${[...known, ...Object.keys(constants)].join(", ")}.`);
}

function checkCall(name: string, count: number): void {
  if (!Object.hasOwn(operations, name)) {
    const names = Object.keys(operations).filter((one) => /^\w/.test(one) && one !== "negate");
    throw new Error(`There is no function ${name}(…). There are ${names.join(", ")}.`);
  }
  const [least, most] = operations[name].takes;
  if (count >= least && count <= most) return;
  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  throw new Error(`${name}(…) takes ${wanted} parts, not ${count}.`);
}

/**
 * Computes a checked expression. Every part is computed once, so its cost is known from its length; evaluations that
 * would fill the memory are refused. Differentiable: it is made of kernels alone.
 */
export function evaluate(expression: Expression, values: Readonly<Record<string, Value>>, limit = maxNumbers): Value {
  let computed = 0;
  const visit = (part: Expression): Value => {
    if (part.kind === "number") return part.value;
    if (part.kind === "name") return Object.hasOwn(values, part.name) ? values[part.name] : constants[part.name];
    const result = operations[part.name].apply(...part.parts.map(visit));
    computed += typeof result === "number" ? 1 : result.data.length;
    if (computed > limit)
      throw new Error("The expression would compute too many numbers for the memory. Take fewer samples or parts.");
    return result;
  };
  return visit(expression);
}
