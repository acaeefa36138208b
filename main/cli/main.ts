import packageJson from "../../package.json";
import { readArguments } from "./arguments.ts";
import { runCommand } from "./commands.ts";
import { help, UsageError } from "./usage.ts";

const streams = {
  out: gathered(process.stdout),
  error: (line: string) => void process.stderr.write(`${line}\n`),
};

/** Writes the lines of one moment together: a step measures many values, and each write to a pipe waits for the system. */
function gathered(stream: NodeJS.WriteStream): (line: string) => void {
  let waiting = "";
  const flush = () => {
    stream.write(waiting);
    waiting = "";
  };
  return (line) => {
    if (waiting === "") process.nextTick(flush);
    waiting += `${line}\n`;
  };
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args.command === "help") {
      process.stdout.write(help);
      return 0;
    }
    if (args.command === "version") {
      streams.out(packageJson.version);
      return 0;
    }
    const interrupt = new AbortController();
    process.once("SIGINT", () => interrupt.abort());
    return await runCommand(args, streams, interrupt.signal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    streams.error(`${error.message} Try fairlead --help.`);
    return 2;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
