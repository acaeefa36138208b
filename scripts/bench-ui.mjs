// `npm run bench:ui [-- --nodes 100,300,1000] [--views fit,near] [--gestures pan,drag] [--rounds 2] [--shots FOLDER]`:
// how quickly the window follows the hand.
// Fairlead and a bare React Flow page with as many plain cards take turns in the same run, so that what else the
// machine does falls on both. Prints tables for people: times of one machine at one moment, so nothing here passes
// or fails.

import { mkdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder, hasDisplay } from "./paths.mjs";
import { run } from "./run.mjs";
import { onScreen } from "./screen.mjs";
import { setUpElectron, setUpPackages } from "./setup.mjs";

const { values: options } = parseArgs({
  options: {
    nodes: { type: "string", default: "100,300,1000" },
    views: { type: "string", default: "fit,near" },
    gestures: { type: "string", default: "pan,zoom,drag,type,drag fifty" },
    rounds: { type: "string", default: "2" },
    shots: { type: "string", default: join(cacheFolder(), "bench-ui") },
    inside: { type: "boolean", default: false },
  },
});

const chosen = { views: options.views.split(","), gestures: options.gestures.split(",") };
const isWhole = chosen.views.length > 1 && chosen.gestures.length > 4;

/** Method of a stage for each gesture. */
const gestures = { pan: "pan", zoom: "zoom", drag: "drag", "drag fifty": "drag", type: "type" };

if (options.inside) await bench();
else {
  await setUpPackages();
  await setUpElectron({ screen: !hasDisplay() });
  const { build } = await import("./build.mjs");
  await build("app", { log: console.log });
  const [command, args] = onScreen(process.execPath, [process.argv[1], ...process.argv.slice(2), "--inside"]);
  process.exitCode = await run(command, args);
}

async function bench() {
  const { buildBare, measureStart } = await import("./bench-ui/windows.mjs");
  mkdirSync(options.shots, { recursive: true });
  const folder = await buildBare();
  console.log(`${cpus().length} processors, load ${loadavg()[0].toFixed(1)}`);
  if (isWhole) {
    const starts = [await measureStart(), await measureStart(), await measureStart()];
    console.log(`Start of the program until the window can be used: ${starts.map(ms).join(", ")}`);
  }
  for (const count of options.nodes.split(",").map(Number)) await compare(count, folder);
}

async function compare(count, folder) {
  const { openBare, openFairlead } = await import("./bench-ui/windows.mjs");
  const { makeGraph, picture } = await import("./bench-ui/graph.mjs");
  const graph = makeGraph(count);
  const pictures = await Promise.all(graph.nodes.map(async (_, index) => (await picture(index)).toString("base64")));
  const ours = await openFairlead(graph, pictures);
  const bare = await openBare(folder, graph, pictures, ours.stage.box);
  console.log(
    `\n${count} nodes, ${graph.edges.length} links. Opening: Fairlead ${ms(ours.openMs)} (with reading the file), bare page ${ms(bare.openMs)}`,
  );
  try {
    await views(count, ours.stage, bare.stage);
  } finally {
    await ours.close();
    await bare.close();
  }
}

async function views(count, ours, bare) {
  const stages = [bare, ours];
  const rows = [];
  const { zoom } = await bare.transform();
  const middle = ours.centre();
  const scales = { fit: zoom, near: 1 };
  const enter = async (view) => {
    for (const stage of stages) await stage.show(scales[view], middle);
  };
  for (const view of chosen.views) {
    if (view !== "fit") await enter(view);
    await shoot(`${count}-${view}`, stages);
    for (const name of ["pan", "zoom", "drag", "type"])
      if (chosen.gestures.includes(name) && (name !== "type" || view === "near"))
        rows.push(await measure(view, name, stages));
  }
  if (chosen.gestures.includes("drag fifty")) {
    await enter("fit");
    for (const stage of stages) await stage.selectFifty();
    for (const view of chosen.views) {
      if (view !== "fit") await enter(view);
      rows.push(await measure(view, "drag fifty", stages));
      await shoot(`${count}-${view}-fifty`, stages);
    }
  }
  print(rows);
}

async function shoot(name, [bare, ours]) {
  await ours.page.screenshot({ path: join(options.shots, `${name}.png`) });
  await bare.page.screenshot({ path: join(options.shots, `${name}-bare.png`) });
}

/** One gesture in both pages by turns, then once more with renders counted. */
async function measure(view, name, stages) {
  const { counters } = await import("./bench-ui/measure.mjs");
  const taken = stages.map(() => ({ frames: [], styles: 0, styleMs: 0, scriptMs: 0, taskMs: 0 }));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [index, stage] of stages.entries()) {
      const { page, session } = stage;
      const sum = taken[index];
      const before = await counters(session);
      await page.evaluate(() => window.benchFrames.start());
      await stage[gestures[name]]();
      sum.frames.push(...(await page.evaluate(() => window.benchFrames.stop())));
      const after = await counters(session);
      for (const key of Object.keys(after)) sum[key] += after[key] - before[key];
    }
  }
  for (const [index, stage] of stages.entries()) {
    await stage.page.evaluate(() => window.benchRenders.start());
    taken[index].moves = await stage[gestures[name]]();
    taken[index].renders = await stage.page.evaluate(() => window.benchRenders.stop());
  }
  return { view, name, bare: taken[0], ours: taken[1] };
}

function print(rows) {
  const heads = [
    "view",
    "gesture",
    "page",
    "median",
    "95 %",
    "ratio",
    "components",
    "nodes",
    "most",
    "styles",
    "style ms",
    "script ms",
    "task ms",
  ];
  const lines = rows.flatMap(({ view, name, bare, ours }) => {
    const slowest = quantile(bare.frames, 0.95);
    return [
      [view, name, "bare", ...cells(bare, null)],
      ["", "", "Fairlead", ...cells(ours, quantile(ours.frames, 0.95) / slowest)],
    ];
  });
  console.log(
    "Frame times in ms; components rendered and nodes touched a move, most nodes in a commit; style recalculations a frame",
  );
  for (const line of [heads, ...lines])
    console.log(
      line.map((cell, i) => (i < 3 ? String(cell).padEnd(11) : String(cell).padStart(i < 6 ? 8 : 11))).join(""),
    );
}

function cells({ frames, styles, styleMs, scriptMs, taskMs, renders, moves }, ratio) {
  const per = (value, count) => (value / count).toFixed(1);
  return [
    quantile(frames, 0.5).toFixed(1),
    quantile(frames, 0.95).toFixed(1),
    ratio === null ? "" : ratio.toFixed(2),
    per(renders.components, moves),
    per(renders.nodes, moves),
    renders.widest,
    ...[styles, styleMs, scriptMs, taskMs].map((value) => per(value, frames.length)),
  ];
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}
