// The command line in a checkout: `npm run -s fairlead -- …`. Builds what is stale without a word on standard output.

import { join } from "node:path";
import { requireCached } from "./codeCache.mjs";
import { root } from "./paths.mjs";
import { must } from "./run.mjs";
import { isCliFresh } from "./targets.mjs";

// A process of its own builds, so that the bundler's memory and time are not counted as the program's.
if (!isCliFresh()) await must(process.execPath, [join(root, "scripts/build.mjs"), "cli"], { stdio: ["ignore", 2, 2] });
// npm starts scripts in the checkout; relative paths are meant from where the person stands.
process.chdir(process.env.INIT_CWD ?? process.cwd());
requireCached(join(root, "out/cli/fairlead.cjs"));
