import { Arithmetic, type GradientRule, type RuleContext, type RuleEntry } from "../rule.ts";

/** A rule y = f(x) with x̄ = ȳ · f′, where the derivative is built from x and y. */
export function unary(derivative: (m: Arithmetic, x: string, y: string, context: RuleContext) => string): GradientRule {
  return (context) => {
    const m = new Arithmetic(context);
    const [x] = context.node.inputs;
    const [y] = context.node.outputs;
    return [m.mul(context.cotangents[0]!, derivative(m, x, y, context))];
  };
}

/** A line of the table of rules. */
export const entry = (rule: GradientRule, about: string): RuleEntry => ({ rule, about });
