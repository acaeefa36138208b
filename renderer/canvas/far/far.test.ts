import { expect, test } from "vitest";
import type { NodeDescription } from "../../../shared/node/describe.ts";
import { port } from "../../../shared/node/ports.ts";
import type { Workflow } from "../../../shared/workflow/workflow.ts";
import { projectEdges, projectNodes } from "../project.ts";
import { wrapped } from "./drawText.ts";
import { boxBetween, cardAt, cardsIn, directionOf, neighbour, portAt, portsBy, titleAt, wireAt } from "./hit.ts";
import { lift, moved } from "./lift.ts";
import { createPalette } from "./palette.ts";
import { boundsOf, sceneOf } from "./scene.ts";
import { shapeOf } from "./shape.ts";

const rescale: NodeDescription = {
  type: "guidance/rescale",
  version: 1,
  title: "Rescale",
  summary: "",
  keywords: [],
  doc: "",
  cites: [],
  status: "stable",
  inputs: { denoiser: port.denoiser("") },
  params: {},
  outputs: { denoiser: port.denoiser("") },
};
const catalog = new Map([[rescale.type, rescale]]);
const node = (id: string, x: number, y: number) => ({ id, type: rescale.type, params: {}, position: { x, y } });
const workflow: Workflow = {
  fairlead: 1,
  nodes: [node("a", 0, 0), node("b", 400, 0), node("c", 400, 300)],
  edges: [
    { from: ["a", "denoiser"], to: ["b", "denoiser"] },
    { from: ["b", "denoiser"], to: ["c", "denoiser"], via: [{ x: 700, y: 200 }] },
  ],
};

function scene(selection: readonly string[] = []) {
  return sceneOf(projectNodes(workflow, selection, catalog, []), projectEdges(workflow, null, catalog, []), catalog);
}

test("wires run from the port of one card to that of the other", () => {
  const [first, second] = scene().wires;
  expect(first?.points).toEqual([
    { x: 152, y: 50 },
    { x: 400, y: 50 },
  ]);
  expect(second?.points[1]).toEqual({ x: 700, y: 200 });
});

test("a place finds the card, or the wire that passes by", () => {
  expect(cardAt(scene(), { x: 420, y: 310 })?.id).toBe("c");
  expect(cardAt(scene(), { x: 300, y: 50 })).toBeNull();
  expect(wireAt(scene(), { x: 276, y: 54 }, 8)?.index).toBe(0);
  expect(wireAt(scene(), { x: 276, y: 90 }, 8)).toBeNull();
});

test("a frame takes every card that it touches, whichever way it was drawn", () => {
  const box = boxBetween({ x: 450, y: 320 }, { x: 100, y: 20 });
  expect(cardsIn(scene(), box)).toEqual(["a", "b", "c"]);
  expect(cardsIn(scene(), boxBetween({ x: 0, y: 0 }, { x: 10, y: 10 }))).toEqual(["a"]);
});

test("arrows go to the next card in their direction", () => {
  const [a, b] = scene().cards;
  expect(neighbour(scene(), a!, directionOf("ArrowRight")!)?.id).toBe("b");
  expect(neighbour(scene(), b!, directionOf("ArrowDown")!)?.id).toBe("c");
  expect(neighbour(scene(), a!, directionOf("ArrowUp")!)).toBeNull();
  expect(directionOf("Enter")).toBeNull();
});

test("what is in the hand takes its ends of wires along, and is missing in the rest", () => {
  const held = lift(scene(), new Set(["b"]));
  expect(held.rest.cards.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(held.rest.wires).toEqual([]);
  const { cards, wires } = moved(held, { x: 10, y: -5 });
  expect(cards.map(({ x, y }) => [x, y])).toEqual([[410, -5]]);
  expect(wires.map(({ points }) => points.map(({ x }) => x))).toEqual([
    [152, 410],
    [562, 700, 400],
  ]);
});

test("selection and left-out nodes are part of the scene", () => {
  expect(scene(["b"]).cards.map(({ isSelected }) => isSelected)).toEqual([false, true, false]);
});

test("bounds enclose all boxes, and there are none around nothing", () => {
  expect(boundsOf([])).toBeNull();
  expect(boundsOf(scene().cards)).toEqual({ x: 0, y: 0, width: 552, height: 300 + 70 });
});

test("a card is as high as its rows, a collapsed one as its ports need", () => {
  const one = node("a", 0, 0);
  expect(shapeOf(one, rescale)).toMatchObject({ width: 152, height: 70 });
  const collapsed = shapeOf({ ...one, collapsed: true }, rescale);
  expect(collapsed.height).toBe(32);
  expect(collapsed.ports.get("out denoiser")).toBe(16);
});

test("titles break between words and end in an ellipsis where they do not fit", () => {
  const width = (text: string) => text.length;
  expect(wrapped("Smooth attention", 10, 2, width)).toEqual(["Smooth", "attention"]);
  expect(wrapped("Limited interval of guidance", 10, 2, width)).toEqual(["Limited", "interval…"]);
  expect(wrapped("Extraordinary", 6, 1, width)).toEqual(["Extra…"]);
});

test("colours are looked up through tokens and mixed", () => {
  const tokens: Record<string, string> = { "--a": "var(--b)", "--b": "#ff0000", "--under": "#000" };
  const palette = createPalette((name) => tokens[name] ?? "");
  expect(palette.of("--a")).toBe("rgb(255 0 0)");
  expect(palette.mix("var(--a)", 0.2, "--under")).toBe("rgb(51 0 0)");
});

test("a port is found from a little way off, on the side that is nearest", () => {
  expect(portAt(scene(), { x: 155, y: 52 }, 8)).toMatchObject({ node: "a", side: "out", port: "denoiser" });
  expect(portAt(scene(), { x: 398, y: 48 }, 8)).toMatchObject({ node: "b", side: "in" });
  expect(portAt(scene(), { x: 152, y: 70 }, 8)).toBeNull();
  const [nearest] = portsBy(scene().cards[2]!, { x: 410, y: 350 });
  expect(nearest).toMatchObject({ node: "c", side: "in", place: { x: 400, y: 350 } });
});

test("a frame is taken at its title and goes with what is in it", () => {
  const framed = { ...workflow, groups: [{ id: "one", title: "One", x: -20, y: -40, width: 300, height: 200 }] };
  const drawn = sceneOf(projectNodes(framed, [], catalog, []), projectEdges(framed, null, catalog, []), catalog);
  const frame = titleAt(drawn, { x: 0, y: -30 }, 20);
  expect(frame?.title).toBe("One");
  expect(titleAt(drawn, { x: 0, y: 100 }, 20)).toBeNull();
  const { frames, cards } = moved(lift(drawn, new Set(["a", frame!.id])), { x: 5, y: 7 });
  expect(frames[0]).toMatchObject({ x: -15, y: -33 });
  expect(cards[0]).toMatchObject({ id: "a", x: 5, y: 7 });
});
