import { type ElementType, typeNumber } from "../onnx/document.ts";
import type { ExpandContext, Expander } from "./expansions/context.ts";
import { Arithmetic, type GradientRule, type RuleEntry } from "./rule.ts";

/** Whether sums of a type lose too much: 11 bits or fewer. */
export const isHalf = (dtype: ElementType | undefined) => dtype === "float16" || dtype === "bfloat16";

const single = { to: typeNumber("float32") };

/** A rule that works in single precision where its node works in half: for norms and sums. */
function ruleInSingle(rule: GradientRule): GradientRule {
  return (context) => {
    const { build, node, dtype } = context;
    if (!isHalf(dtype)) return rule(context);
    const originals = new Map<string, string>();
    const wide = (name: string) => {
      if (name === "" || !isHalf(context.info(name).dtype)) return name;
      const cast = build.op("Cast", [name], single);
      originals.set(cast, name);
      return cast;
    };
    const parts = rule({
      ...context,
      node: { ...node, inputs: node.inputs.map(wide), outputs: node.outputs.map(wide) },
      dtype: "float32",
      cotangents: context.cotangents.map((one) => one && build.op("Cast", [one], single)),
      shape: (name) => context.shape(originals.get(name) ?? name),
      info: (name) => {
        const original = originals.get(name);
        return original === undefined ? context.info(name) : { ...context.info(original), dtype: "float32" };
      },
    });
    return parts.map((part) => part && build.op("Cast", [part], { to: typeNumber(dtype) }));
  };
}

/** Rules that work in single precision for networks of half precision. */
export function inSingle(entries: Readonly<Record<string, RuleEntry>>): Record<string, RuleEntry> {
  return Object.fromEntries(
    Object.entries(entries).map(([op, entry]) => [op, { ...entry, rule: ruleInSingle(entry.rule) }]),
  );
}

/** An expander that works in single precision where its node works in half. */
export function expanderInSingle(expander: Expander): Expander {
  return (context: ExpandContext) => {
    const { build, dtype } = context;
    if (!isHalf(dtype)) return expander(context);
    const results = expander({
      ...context,
      dtype: "float32",
      m: new Arithmetic({ build, dtype: "float32" }),
      input: (i) => {
        const name = context.input(i);
        return name !== null && isHalf(context.dtypeOf(i)) ? build.op("Cast", [name], single) : name;
      },
      dtypeOf: (i) => (isHalf(context.dtypeOf(i)) ? "float32" : context.dtypeOf(i)),
    });
    return results.map((result) => result && build.op("Cast", [result], { to: typeNumber(dtype) }));
  };
}
