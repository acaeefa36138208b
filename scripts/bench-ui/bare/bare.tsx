// The page to compare with: React Flow as its documentation shows it, with plain cards. Typing goes into the data of
// the node, as it does in Fairlead.

import "reactflow/dist/style.css";
import { memo } from "react";
import { createRoot } from "react-dom/client";
import {
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  SelectionMode,
  useEdgesState,
  useNodesState,
  useReactFlow,
} from "reactflow";

interface Given {
  readonly nodes: readonly { readonly id: string; readonly position: { x: number; y: number } }[];
  readonly edges: readonly { readonly from: readonly [string, string]; readonly to: readonly [string, string] }[];
  readonly pictures: readonly string[];
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

type Card = Node<{ title: string; text: string; url: string }, "card">;

const Plain = memo(function Plain({ id, data }: NodeProps<Card>) {
  const { updateNodeData } = useReactFlow();
  return (
    <div className="card">
      <Handle id="a" type="target" position={Position.Left} style={{ top: 20 }} />
      <Handle id="b" type="target" position={Position.Left} style={{ top: 40 }} />
      <Handle id="out" type="source" position={Position.Right} style={{ top: 20 }} />
      <strong>{data.title}</strong>
      <input
        className="nodrag"
        aria-label={data.title}
        value={data.text}
        onChange={(event) => updateNodeData(id, { text: event.target.value })}
      />
      <img src={data.url} alt="" draggable={false} />
    </div>
  );
});

const nodeTypes = { card: Plain };

function Page({ given }: { readonly given: Given }) {
  const [nodes, , onNodesChange] = useNodesState<Card>(
    given.nodes.map(({ id, position }, index) => ({
      id,
      type: "card",
      position,
      data: { title: id, text: "", url: given.pictures[index] ?? "" },
    })),
  );
  const [edges, , onEdgesChange] = useEdgesState(
    given.edges.map(({ from, to }, index) => ({
      id: String(index),
      source: from[0],
      sourceHandle: "out",
      target: to[0],
      targetHandle: index % 2 === 0 ? "a" : "b",
    })),
  );
  return (
    <ReactFlow
      {...{ nodes, edges, onNodesChange, onEdgesChange, nodeTypes }}
      minZoom={0.02}
      panOnDrag={[0, 1]}
      selectionMode={SelectionMode.Partial}
      fitView
      fitViewOptions={{ padding: 0.06 }}
    />
  );
}

Object.assign(window, {
  showGraph(given: Given) {
    const root = document.getElementById("root")!;
    const { x, y, width, height } = given.box;
    Object.assign(root.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
    createRoot(root).render(<Page given={given} />);
  },
});
