/** Wrong usage: unknown command or option, no FILE. Exit code 2. */
export class UsageError extends Error {}

export const help = `fairlead: node graphs for guided diffusion, run on ONNX Runtime

Usage
  fairlead run FILE [--set NODE.PARAM=VALUE]… [--out DIR] [--device NAME] [--memory GB] [--json]
      Runs a workflow. FILE is a .fairlead.json file, or a PNG, WebP or JPEG picture
      that carries its workflow. Pictures and tensors go to DIR (out/ here).
  fairlead plan FILE [--set …] [--device NAME] [--memory GB] [--json]
      Says what would run and what it costs, without running it.
  fairlead validate FILE [--set …] [--json]
      Lists problems. Exit code 0 when the workflow can run.
  fairlead nodes [--json]
      Lists every node with its ports and parameters.
  fairlead grad MODEL.onnx --of OUTPUT --wrt INPUT[,INPUT…] --out FILE [--json]
      Writes the graph of a network's gradient: the network's inputs and
      cotangent/OUTPUT give OUTPUT and gradient/INPUT.
  fairlead grad MODEL.onnx --check [--of OUTPUT] [--wrt …] [--shape INPUT=1x3x64x64]… [--json]
      Lists which operators have a gradient, and compares the gradient with central
      differences of the network. --shape fixes sides that the network leaves open.
  fairlead inspect FILE [--json]
      Says what a .safetensors checkpoint is, which networks lie in it with how many
      parameters, and of every key whether it is used, ignored or unknown. FILE may
      also be a .tsv list of keys and shapes (KEY, tab, 640x320x3x3).

Options
  --set NODE.PARAM=VALUE  changes a parameter for this run; VALUE is JSON if it parses
                          as such, else text. May be given several times.
  --out DIR               the only folder that results are written to; nothing in it is
                          overwritten
  --device NAME           auto, cpu, webgpu, cuda, dml or coreml; falls back to cpu and
                          says so
  --memory GB             memory that networks and their calls may take; what the machine
                          has free if left out
  --json                  one JSON object a line on standard output, nothing else there
  --help, --version

Examples
  fairlead run assets/workflows/hello.fairlead.json
  fairlead run hello.fairlead.json --set prompt.text="a fox" --set noise.seed=7 --out renders
  fairlead plan hello.fairlead.json --set schedule.steps=50
  fairlead run renders/hello.png --out again      runs the workflow inside a picture

Exit codes: 0 done, 1 it could not run, 2 wrong usage, 130 interrupted.
`;
