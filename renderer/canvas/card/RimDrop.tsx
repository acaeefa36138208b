import { Plus } from "lucide-react";
import { inputsType } from "../../../shared/subgraph/names.ts";
import styles from "./holder.module.css";

interface RimDropProps {
  readonly node: string;
  readonly type: string;
}

/** Where a wire is dropped to make a new port of the open subgraph. */
export function RimDrop({ node, type }: RimDropProps) {
  return (
    <p className={styles.rimDrop} title="Drop a wire here" data-testid={`rim-${node}`}>
      <Plus size={12} strokeWidth={2.1} aria-hidden />
      {type === inputsType ? "New input" : "New output"}
    </p>
  );
}
