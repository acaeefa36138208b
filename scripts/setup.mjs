// Installs what this checkout needs and the machine lacks. Imports no package: there may be none yet.

import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, root } from "./paths.mjs";
import { hasProgram, must, Problem, read, run } from "./run.mjs";

process.on("uncaughtException", (error) => {
  console.error(error instanceof Problem ? error.message : error);
  process.exit(1);
});

const neededNode = [20, 19];

/** Debian's packages that Electron needs to start, and those that give it a screen where there is none. */
const electronPackages = [
  "libgtk-3-0",
  "libnss3",
  "libasound2",
  "libgbm1",
  "libxss1",
  "libxtst6",
  "libnotify4",
  "libatspi2.0-0",
  "libdrm2",
  "libxkbcommon0",
  "fonts-dejavu-core",
];
const screenPackages = ["xvfb", "xauth"];

/** Node and the npm packages. Enough for the command line. */
export async function setUpPackages() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < neededNode[0] || (major === neededNode[0] && minor < neededNode[1])) {
    throw new Problem(`Fairlead needs Node ${neededNode.join(".")} or newer; this is ${process.versions.node}.`);
  }
  if (arePackagesFresh()) return;
  refuseSharedPackages();
  console.log("Installing npm packages …");
  const isWindows = process.platform === "win32";
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  await must(isWindows ? "npm.cmd" : "npm", args, { shell: isWindows });
}

/** An Electron runtime that starts on this machine; `screen` asks for a virtual screen as well. */
export async function setUpElectron({ screen = false } = {}) {
  const { findElectron } = await import("./electron.mjs");
  const electron = await findElectron({ log: console.log });
  if (process.platform === "linux") await setUpLibraries(electron.executable, screen);
  return electron;
}

/** npm empties node_modules first; where that is a link, it would empty the folder of another checkout. */
function refuseSharedPackages() {
  const isLink = lstatSync(join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink();
  if (isLink)
    throw new Problem("node_modules is a link to another folder and out of date. Replace it by a folder of its own.");
}

/** True if npm's own note of what it installed has every package of the lock file in its version. */
function arePackagesFresh() {
  const installed = packagesIn("node_modules/.package-lock.json");
  return Object.entries(packagesIn("package-lock.json")).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

function packagesIn(lockFile) {
  const file = join(root, lockFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

async function setUpLibraries(executable, screen) {
  const missing = missingLibraries(executable);
  const lacksScreen = screen && !(hasProgram("xvfb-run") && hasProgram("Xvfb") && hasProgram("xauth"));
  if (missing.length === 0 && !lacksScreen) return;
  const packages = [...(missing.length > 0 ? electronPackages : []), ...(lacksScreen ? screenPackages : [])];
  if (process.getuid() !== 0 || !hasProgram("apt-get")) {
    const what = [...missing, ...(lacksScreen ? ["xvfb-run"] : [])].join(", ");
    throw new Problem(`The system lacks ${what}. Install these packages: ${packages.join(" ")}`);
  }
  await installSystemPackages(packages);
  const still = missingLibraries(executable);
  if (still.length > 0) throw new Problem(`Electron still lacks ${still.join(", ")}; install their packages.`);
}

/** Shared libraries that the loader does not find for a program. */
function missingLibraries(executable) {
  const lines = (read("ldd", [executable]) ?? "").split("\n");
  return lines.filter((line) => line.includes("not found")).map((line) => line.trim().split(" ")[0]);
}

async function installSystemPackages(packages) {
  console.log(`Installing ${packages.join(" ")} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const quiet = ["-o", "Dpkg::Use-Pty=0", "-qq"];
  await must("apt-get", ["update", ...quiet], { env });
  // Newer releases renamed some libraries (64-bit time); the old name is then only a virtual one.
  const names = packages.map((name) => (read("apt-cache", ["show", `${name}t64`]) ? `${name}t64` : name));
  const log = join(cacheFolder(), "apt.log");
  const command = `apt-get install -y --no-install-recommends ${quiet.join(" ")} ${names.join(" ")} > "${log}" 2>&1`;
  if ((await run("sh", ["-c", command], { env })) !== 0) {
    throw new Problem(`apt-get could not install ${names.join(" ")}; see ${log}.`);
  }
}
