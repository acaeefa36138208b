import { type CSSProperties, memo } from "react";
import type { NodeProps } from "reactflow";
import type { FrameNode } from "../project.ts";
import styles from "./frame.module.css";

/** A titled frame behind nodes; its title is what drags it. */
export const Frame = memo(function Frame({ data: { group } }: NodeProps<FrameNode>) {
  const { width, height, color, title } = group;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a frame is no form
    <div
      role="group"
      aria-label={title}
      className={styles.frame}
      style={{ width, height, ...colours(color) } as CSSProperties}
    >
      <span className={`frame-title ${styles.title}`}>{title}</span>
    </div>
  );
});

function colours(color: string | undefined) {
  if (color === undefined) return { "--hue": "var(--t3)", "--edge": "var(--line2)" };
  return { "--hue": color, "--edge": `color-mix(in srgb, ${color} 42%, transparent)` };
}
