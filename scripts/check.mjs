// `npm run check`: everything that is quick.

import { quickPhases, runPhases } from "./phases.mjs";
import { setUpPackages } from "./setup.mjs";

await setUpPackages();
process.exitCode = (await runPhases(quickPhases)) ? 0 : 1;
