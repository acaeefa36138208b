// Mesa's software Vulkan for tests of the WebGPU provider on machines without a GPU. Unpacks Debian packages into .cache/mesa;
// the system is not changed and root is not needed. `node scripts/mesa.mjs` prints the environment as JSON.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./paths.mjs";
import { hasProgram, Problem, read } from "./run.mjs";

/** Debian 12's own Mesa 22.3 is refused by the runtime; the backports have 25. */
const suites = ["bookworm", "bookworm-backports"];
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The driver with what it links to, except libraries that Node itself needs (libc, libstdc++). */
const packages = [
  "mesa-vulkan-drivers/bookworm-backports",
  "libdrm2/bookworm-backports",
  "libdrm-amdgpu1/bookworm-backports",
  ..."libvulkan1 libllvm15 libz3-4 libedit2 libbsd0 libmd0 libtinfo6 libxml2 libicu72 libelf1 libexpat1 libzstd1".split(
    " ",
  ),
  ..."zlib1g libffi8 libwayland-client0 libxshmfence1 libx11-xcb1 libxcb1 libxau6 libxdmcp6".split(" "),
  ..."libxcb-dri3-0 libxcb-present0 libxcb-randr0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0".split(" "),
];

/** Environment in which a process finds the software driver. Throws a Problem where it cannot be unpacked. */
export function setUpMesa() {
  const folder = join(cacheFolder(), "mesa");
  const driver = join(folder, "lvp_icd.json");
  if (!existsSync(driver)) unpackAll(folder);
  return { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraryFolders(folder).join(":") };
}

/** Unpacks beside the place and moves it there when complete: two runs at once do not meet. */
function unpackAll(folder) {
  if (process.platform !== "linux" || !["apt-get", "dpkg-deb"].every(hasProgram) || !existsSync(keyring))
    throw new Problem("Mesa's software Vulkan is unpacked from Debian packages, and this is no Debian.");
  const work = mkdtempSync(`${folder}-`);
  try {
    for (const deb of download(work)) {
      if (read("dpkg-deb", ["-x", deb, work]) === null) throw new Problem(`${deb} cannot be unpacked.`);
    }
    const library = join(libraryFolders(folder)[0], "libvulkan_lvp.so");
    const description = { file_format_version: "1.0.0", ICD: { library_path: library, api_version: "1.4.305" } };
    writeFileSync(join(work, "lvp_icd.json"), JSON.stringify(description));
    for (const name of ["apt", "debs"]) rmSync(join(work, name), { recursive: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Paths of the downloaded packages. apt keeps its lists in the work folder, so the system's stay as they are. */
function download(work) {
  const [lists, archives, debs] = ["apt/lists/partial", "apt/cache/archives/partial", "debs"].map((name) => {
    mkdirSync(join(work, name), { recursive: true });
    return join(work, name);
  });
  const sources = join(work, "apt/sources.list");
  writeFileSync(
    sources,
    suites.map((suite) => `deb [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`).join(""),
  );
  const options = {
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": resolve(lists, ".."),
    "Dir::Cache": resolve(archives, "../.."),
    "APT::Sandbox::User": "root",
    "Acquire::http::Timeout": "20",
    "Acquire::Retries": "1",
  };
  const apt = (...args) =>
    read("apt-get", ["-qq", ...Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]), ...args], {
      cwd: debs,
      timeout: 240_000,
    });
  if (apt("update") === null || apt("download", ...packages) === null)
    throw new Problem("Debian's package server does not answer, so Mesa's software Vulkan cannot be downloaded.");
  return readdirSync(debs).map((name) => join(debs, name));
}

function libraryFolders(folder) {
  const triplet = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch] ?? "";
  return ["usr/lib", "lib"].map((name) => join(folder, name, triplet));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(JSON.stringify(setUpMesa()));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
