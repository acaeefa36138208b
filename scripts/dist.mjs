// `npm run dist`: packages the app for this platform into dist/: unpacked, on Linux also as an archive. `--unpacked`
// leaves the archive out; `--all` makes the installers of electron-builder.yml instead, whose tools are downloaded.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { must } from "./run.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

await setUpPackages();
const electron = await setUpElectron();
const { build } = await import("./build.mjs");
await build("app", { log: console.log });
await makePackages();

async function makePackages() {
  const { build: pack, Platform, Arch } = await import("electron-builder");
  const config = {
    extends: "electron-builder.yml",
    electronDist: electron.dist,
    electronVersion: electron.version,
    // The launcher that comes with an Electron runtime is no part of a program.
    afterPack: ({ appOutDir }) => rm(join(appOutDir, "resources/default_app.asar"), { force: true }),
  };
  const chosen = process.argv.includes("--all") ? undefined : ["dir"];
  const arch = process.arch === "arm64" ? Arch.arm64 : Arch.x64;
  const files = await pack({ targets: Platform.current().createTarget(chosen, arch), config, publish: "never" });
  const wantsArchive = chosen !== undefined && process.platform === "linux" && !process.argv.includes("--unpacked");
  for (const file of wantsArchive ? [...files, await makeArchive()] : files) console.log(file);
}

/** The unpacked app as .tar.gz, by the system's own tar: electron-builder would download a packer. */
async function makeArchive() {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const name = `fairlead-${version}-linux-${process.arch}`;
  const dist = join(root, "dist");
  const rename = `--transform=s,^linux-unpacked,${name},`;
  await must("tar", ["-czf", join(dist, `${name}.tar.gz`), "-C", dist, rename, "linux-unpacked"]);
  return join(dist, `${name}.tar.gz`);
}
