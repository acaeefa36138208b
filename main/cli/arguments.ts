import { parseArgs } from "node:util";
import { type DeviceName, deviceNames } from "../../shared/plan.ts";
import { type GradArguments, gradArguments, gradOptions } from "./gradArguments.ts";
import { UsageError } from "./usage.ts";

export interface Arguments {
  readonly command: "run" | "plan" | "validate" | "nodes" | "grad" | "inspect" | "help" | "version";
  readonly file: string;
  readonly sets: readonly string[];
  readonly out: string;
  readonly device: DeviceName;
  /** Memory that networks and their calls may take; null = what the machine has free. */
  readonly memoryBytes: number | null;
  readonly json: boolean;
  /** Only of the command grad. */
  readonly grad: GradArguments | null;
}

const takes: Record<string, readonly string[]> = {
  run: ["set", "out", "device", "memory", "json"],
  plan: ["set", "device", "memory", "json"],
  validate: ["set", "json"],
  nodes: ["json"],
  grad: gradOptions,
  inspect: ["json"],
};

/** Reads the command line. Throws a UsageError with one sentence. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const unset = { file: "", sets: [], out: "out", device: "auto" as const, memoryBytes: null, grad: null };
  const common = { ...unset, json: values.json === true };
  if (values.version) return { command: "version", ...common };
  const [command, ...rest] = positionals;
  if (values.help || command === "help") return { command: "help", ...common };
  if (command === undefined)
    throw new UsageError("No command is given. It is run, plan, validate, nodes, grad or inspect.");
  const allowed = takes[command];
  if (!Object.hasOwn(takes, command))
    throw new UsageError(`There is no command “${command}”. It is run, plan, validate, nodes, grad or inspect.`);
  const foreign = Object.keys(values).find((name) => !allowed.includes(name));
  if (foreign) throw new UsageError(`fairlead ${command} takes no option --${foreign}.`);
  const files = command === "nodes" ? 0 : 1;
  if (rest.length < files) throw new UsageError(`fairlead ${command} needs a FILE.`);
  if (rest.length > files)
    throw new UsageError(
      `fairlead ${command} takes ${files === 0 ? "no" : "one"} FILE, but “${rest[files]}” is one more.`,
    );
  return {
    command: command as Arguments["command"],
    file: rest[0] ?? "",
    sets: (values.set as string[] | undefined) ?? [],
    out: (values.out as string | undefined) ?? "out",
    device: deviceOf(values.device as string | undefined),
    memoryBytes: bytesOf(values.memory as string | undefined),
    json: common.json,
    grad: command === "grad" ? gradArguments(values) : null,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        set: { type: "string", multiple: true },
        out: { type: "string" },
        device: { type: "string" },
        memory: { type: "string" },
        json: { type: "boolean" },
        of: { type: "string" },
        wrt: { type: "string" },
        check: { type: "boolean" },
        shape: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0].concat("."));
  }
}

function deviceOf(name: string | undefined): DeviceName {
  const found = deviceNames.find((device) => device === (name ?? "auto"));
  if (!found) throw new UsageError(`There is no device “${name}”. It is ${deviceNames.join(", ")}.`);
  return found;
}

function bytesOf(gigabytes: string | undefined): number | null {
  if (gigabytes === undefined) return null;
  const number = Number(gigabytes);
  if (gigabytes.trim() === "" || !Number.isFinite(number) || number <= 0)
    throw new UsageError(`--memory takes gigabytes above 0, but “${gigabytes}” was given.`);
  return number * 1e9;
}
