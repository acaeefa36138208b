import { expanders } from "./expand.ts";
import { gradientRules } from "./rules.ts";

const introduction = `# Gradients of networks

Fairlead reads an ONNX network as a graph and builds the graph of its vector-Jacobian product from it, one rule per
operator. ONNX Runtime runs the result on the same device as the network.

    fairlead grad MODEL.onnx --of OUTPUT --wrt INPUT[,INPUT…] --out FILE
    fairlead grad MODEL.onnx --check [--of OUTPUT] [--wrt INPUT[,INPUT…]] [--shape INPUT=1x3x64x64]…

The first form writes a graph that has the inputs of the network and one more, \`cotangent/OUTPUT\`, shaped as that output.
Its outputs are \`OUTPUT\` and, for each input asked for, \`gradient/INPUT\`: the sum over the output's elements of cotangent
times derivative. Samples of a batch stay apart. Weights stay in the network's own file when FILE is in the same folder;
elsewhere a data file lies beside FILE, linked where the file system allows and copied otherwise.

The second form lists the operators of the network and whether they have a gradient, and compares the gradient with
central differences along random directions. \`--shape\` fixes sides that the network leaves open.

Operator sets 9 to 23 are read; graphs of sets below 18 are raised to 18. Values that the forward pass computes are used
again, nothing is computed that the wanted gradient does not need, and shapes need not be known before a run. Functions of
a network, and branches whose condition follows from shapes, are put in place. Reductions of half-precision networks are
done in single precision.

Where the values of the forward pass do not fit in memory, the program computes gradients in segments: only what passes from
one segment to the next is kept, the rest is computed again on the way back, which costs one forward pass more. The gradient
is the same to 1e-6.

Refused, with the name of the node: operators that stand in no table below, loops, branches that a run decides, batch
normalisation in training, and outputs that depend on an input only through an operator without a slope. Nothing is left
out in silence: an input or output of an operator that its rule does not know is refused as well.
`;

function table(head: string, rows: readonly (readonly [string, string])[]): string {
  const escaped = (text: string) => text.replaceAll("|", "\\|");
  const lines = rows.map(([op, text]) => `| ${op} | ${escaped(text)} |`);
  return [`| Operator | ${head} |`, "|---|---|", ...lines].join("\n");
}

const byName = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);

/** The page on gradients of the documentation, in Markdown; its tables come from the rules. */
export function gradientsPage(): string {
  const entries = [...gradientRules].sort(([a], [b]) => byName(a, b));
  const sloped = entries.filter(([, { about }]) => !about.startsWith("0:"));
  const flat = entries.filter(([, { about }]) => about.startsWith("0:")).map(([op]) => op);
  const fused = [...expanders.keys()].sort(byName);
  return `${introduction}
## Rules

x is an input, y the output, and a bar marks a cotangent: ȳ is given, the table says what comes back to the inputs. Where
an input was repeated to a larger shape, the sum over the repeats is taken.

${table(
  "Gradient",
  sloped.map(([op, { about }]) => [op, about]),
)}

## Decomposed before

These stand for several standard operators, and are written as those, in the forward pass too, where a gradient passes
through them: ${fused.join(", ")}.

## Without a slope

Steps, comparisons, places and shapes end the way of a gradient; what they feed is a constant to it: ${flat.join(", ")}.
`;
}
