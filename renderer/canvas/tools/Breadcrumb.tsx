import { ChevronRight, CornerLeftUp } from "lucide-react";
import { Fragment } from "react";
import { useActive } from "../../state/documents.ts";
import { stepsInside } from "../../state/inside.ts";
import { leave } from "../../state/subgraphs.ts";
import { IconButton } from "../../ui/Button.tsx";
import styles from "./breadcrumb.module.css";

/** The way from the document to the subgraph that is open; a click goes back along it. Nothing at the top. */
export function Breadcrumb() {
  const root = useActive((document) => document.root);
  const inside = useActive((document) => document.inside);
  const name = useActive((document) => document.name);
  if (root === undefined || inside === undefined || inside.length === 0) return null;
  const titles = stepsInside(root, inside).map(({ node, subgraph }) => node.title ?? subgraph.name);
  const around = [name ?? "", ...titles.slice(0, -1)];
  return (
    <nav className={`react-flow__panel ${styles.breadcrumb}`} aria-label="Open subgraph" data-testid="breadcrumb">
      <IconButton label="Leave the subgraph" icon={CornerLeftUp} size={14} onClick={() => leave()} />
      {around.map((title, at) => (
        // Two steps may have one title.
        <Fragment key={`${at} ${title}`}>
          <button type="button" onClick={() => leave(titles.length - at)} title={`Back to ${title}`}>
            {title}
          </button>
          <ChevronRight size={12} strokeWidth={2.1} aria-hidden />
        </Fragment>
      ))}
      <b aria-current="page">{titles.at(-1)}</b>
    </nav>
  );
}
