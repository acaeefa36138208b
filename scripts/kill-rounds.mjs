// `node scripts/kill-rounds.mjs [ROUNDS]`: kills the app at random moments while it edits and saves, 100 times unless
// told, and checks that no file is broken and at most the last second of edits is lost.

import { build } from "./build.mjs";
import { bin, run } from "./run.mjs";
import { onScreen } from "./screen.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

const rounds = Number(process.argv[2] ?? 100);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error("The number of rounds is a whole number from 1.");
  process.exit(2);
}
await setUpPackages();
await setUpElectron({ screen: true });
await build("app", { log: console.log });
const [command, args] = onScreen(process.execPath, [bin("playwright", "cli.js"), "test", "kill-rounds"]);
process.exitCode = await run(command, args, { env: { ...process.env, FAIRLEAD_KILL_ROUNDS: String(rounds) } });
