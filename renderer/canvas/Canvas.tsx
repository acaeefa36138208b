import "reactflow/dist/style.css";
import {
  type CSSProperties,
  type DragEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useMemo,
  useRef,
} from "react";
import {
  ConnectionMode,
  type FinalConnectionState,
  ReactFlow,
  type ReactFlowInstance,
  type ReactFlowProps,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
  type Viewport,
} from "reactflow";
import { useNodeMenu } from "../panels/menu/menu.ts";
import { useView } from "../state/canvasView.ts";
import { activeDocument, select, selectEdge, useDocuments } from "../state/documents.ts";
import { useHere } from "../state/here.ts";
import { showSearch } from "../state/search.ts";
import { enter } from "../state/subgraphs.ts";
import { isTyping } from "../state/typing.ts";
import styles from "./canvas.module.css";
import { NodeCard } from "./card/NodeCard.tsx";
import { NoteCard } from "./card/NoteCard.tsx";
import { takeDrop } from "./drop.ts";
import { FarLayer } from "./far/FarLayer.tsx";
import { useFar } from "./far/useFar.ts";
import { Frame } from "./frame/Frame.tsx";
import { useHand } from "./hand/useHand.ts";
import { endLink, startLink } from "./linking.ts";
import { noteMoving, setPanning } from "./moving.ts";
import type { CanvasEdge, CanvasNode } from "./project.ts";
import { Breadcrumb } from "./tools/Breadcrumb.tsx";
import { Dots } from "./tools/Dots.tsx";
import { Minimap } from "./tools/Minimap.tsx";
import { ZoomBar } from "./tools/ZoomBar.tsx";
import { putNodes, useGraph } from "./useGraph.ts";
import { fitting, leastZoom, offerCanvas } from "./view.ts";
import { DragLine } from "./wire/DragLine.tsx";
import { Wire } from "./wire/Wire.tsx";

// At module scope: a new object would mount every card anew.
const nodeTypes = { card: NodeCard, note: NoteCard, frame: Frame };
const edgeTypes = { wire: Wire };
const options = {
  proOptions: { hideAttribution: true },
  connectionMode: ConnectionMode.Loose,
  connectionRadius: 24,
  selectionMode: SelectionMode.Partial,
  selectionKeyCode: "Shift",
  deleteKeyCode: null,
  zoomOnDoubleClick: false,
  elevateNodesOnSelect: false,
  minZoom: leastZoom,
  maxZoom: 3,
  panOnDrag: [0, 1],
  snapGrid: [8, 8] as [number, number],
  multiSelectionKeyCode: ["Shift", "Control"],
};

const handlers: Partial<ReactFlowProps<CanvasNode, CanvasEdge>> = {
  onConnectStart: startLink,
  onNodeContextMenu: (event, node) => showMenu(event, node.id),
  onEdgeContextMenu: (event, edge) => showLinkMenu(event, edge.data?.index ?? null),
  onNodeDoubleClick: ({ target }, { id }) => {
    if (target instanceof Element && target.closest(".nodrag, button, input, textarea") === null) enter(id);
  },
  onPaneContextMenu: (event) => showMenu(event, null),
};

/** What React Flow holds while the far layer draws the graph. */
const nothing = { nodes: [], edges: [] };

/** Where each document was looked at last. */
const viewports = new Map<string, Viewport>();

/** The graph of the document in front. */
export function Canvas() {
  const document = useDocuments(({ activeId }) => activeId);
  const inside = useHere();
  // Each graph keeps its own view.
  const id = `${document} ${inside}`;
  return (
    <ReactFlowProvider key={id}>
      <Graph id={id} />
    </ReactFlowProvider>
  );
}

function Graph({ id }: { readonly id: string }) {
  const root = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const { graph, hold, release } = useGraph();
  const zoom = useStore(({ transform: [, , scale] }) => detailOf(scale));
  const farScale = useStore(({ transform: [, , scale] }) => (scale < 0.5 ? Math.round(scale * 50) / 50 : 1));
  const drawn = useRef(graph.nodes);
  drawn.current = graph.nodes;
  const known = viewports.get(id);
  const { isLarge, isFar, move } = useFar(root, graph.nodes, known !== undefined);
  useEffect(
    () => (root.current === null ? undefined : offerCanvas(flow, root.current, () => drawn.current, move)),
    [flow, move],
  );
  useHand(root, { hold, release, put: putNodes });
  const isSnapping = useView((view) => view.isSnapping);
  const moves = useMoves(id, flow);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a canvas is no section of text
    <div
      ref={root}
      role="region"
      aria-label="Graph"
      className={styles.canvas}
      data-testid="canvas"
      data-zoom={zoom}
      style={{ "--far-scale": farScale } as CSSProperties}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas takes keys
      tabIndex={0}
      onPointerMove={keepPointer}
      onPointerDown={focusCanvas}
      onDoubleClick={(event) => search(event, flow)}
      onDragOver={allowDrop}
      onDrop={(event) => {
        event.preventDefault();
        const screen = { x: event.clientX, y: event.clientY };
        void takeDrop(event.dataTransfer, screen, flow.screenToFlowPosition(screen));
      }}
    >
      <ReactFlow<CanvasNode, CanvasEdge>
        {...graph}
        {...(isFar ? nothing : {})}
        {...options}
        {...(known !== undefined
          ? { defaultViewport: known }
          : isLarge
            ? {}
            : { fitView: true, fitViewOptions: fitting })}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        connectionLineComponent={DragLine}
        snapToGrid={isSnapping}
        onlyRenderVisibleElements={isLarge}
        {...handlers}
        {...moves}
      >
        {isFar ? <FarLayer nodes={graph.nodes} edges={graph.edges} root={root} /> : <Dots />}
        <Breadcrumb />
        <Minimap nodes={graph.nodes} />
        <ZoomBar />
      </ReactFlow>
      <div className={styles.shield} />
    </div>
  );
}

/** What React Flow tells of the view and of wires; the same functions at every frame, so that no card is drawn again. */
function useMoves(id: string, flow: ReactFlowInstance<CanvasNode, CanvasEdge>) {
  return useMemo(
    () => ({
      // Not from the press on: a press without a move is a click on what is there.
      onMove(event: globalThis.MouseEvent | TouchEvent | null) {
        setPanning(event?.type === "mousemove");
        noteMoving();
      },
      onMoveEnd(_: unknown, viewport: Viewport) {
        setPanning(false);
        viewports.set(id, viewport);
      },
      onConnectEnd: (event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) =>
        endLink(event, state, flow.screenToFlowPosition),
    }),
    [id, flow],
  );
}

/** How much of a card can be read at a zoom. */
function detailOf(scale: number): "near" | "middle" | "far" | "dots" {
  if (scale < 0.25) return "dots";
  if (scale < 0.5) return "far";
  return scale < 0.7 ? "middle" : "near";
}

/** A double click on the empty canvas asks for a node to add there. */
function search({ clientX: x, clientY: y, target }: MouseEvent, flow: ReactFlowInstance<CanvasNode, CanvasEdge>): void {
  const isPane = target instanceof Element && target.classList.contains("react-flow__pane");
  if (isPane) showSearch({ screen: { x, y }, at: flow.screenToFlowPosition({ x, y }) });
}

function keepPointer({ clientX: x, clientY: y }: PointerEvent): void {
  useView.setState({ pointer: { x, y } });
}

/** A press on the canvas leaves the field that had the focus, so that keys act on the graph again. */
function focusCanvas({ target, currentTarget }: PointerEvent<HTMLElement>): void {
  if (target instanceof Element && target.closest(".nodrag, button, input, textarea") === null)
    currentTarget.focus({ preventScroll: true });
}

function allowDrop(event: DragEvent): void {
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

interface MenuEvent {
  readonly clientX: number;
  readonly clientY: number;
  readonly target: EventTarget | null;
  preventDefault(): void;
}

function showMenu(event: MenuEvent, node: string | null): void {
  // A field on a card has the system's menu for text.
  if (isTyping(event.target)) return;
  event.preventDefault();
  if (node === null) select([]);
  else if (!activeDocument()?.selection.includes(node)) select([node]);
  useNodeMenu.getState().open(event.clientX, event.clientY);
}

function showLinkMenu(event: { clientX: number; clientY: number; preventDefault(): void }, edge: number | null): void {
  event.preventDefault();
  selectEdge(edge);
  useNodeMenu.getState().open(event.clientX, event.clientY);
}
