import { useRuns } from "../../run/runs.ts";
import { useDocuments } from "../../state/documents.ts";
import styles from "./content.module.css";
import type { CardFacts } from "./useCard.ts";

/** Pixels of the frame that pictures are fitted into. */
const frame = 256;

interface PicturesProps {
  readonly id: string;
  readonly facts: CardFacts;
  /** Keeps the room of a picture while there is none. */
  readonly isFixed: boolean;
}

/** What a run left on a node, or sees at this step. While the node runs again, the old picture is veiled. */
export function Pictures({ id, facts: { run, state, number }, isFixed }: PicturesProps) {
  // What a sampler sees is shown while it works; what it made is for the nodes after it.
  const isLive = run?.state === "running" && run.preview !== null;
  const pictures = run === undefined ? [] : isLive ? [run.preview ?? ""] : run.images;
  const seed = useSeed();
  if (run === undefined || pictures.length === 0) {
    const look = state === "notReached" ? styles.notReached : "";
    return isFixed ? <div className={`${styles.noPicture} ${look}`}>No picture yet</div> : null;
  }
  const isOld = !isLive && (state === "queued" || state === "running") && run.fromRun !== number;
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const isPixelated = run.width > 0 && frame / columns / run.width >= 2;
  return (
    <figure className={styles.figure} data-testid={`card-image-${id}`}>
      <div
        className={`${styles.pictures} ${isPixelated ? styles.pixels : ""}`}
        style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}
      >
        {pictures.map((url, index) => (
          <img key={url} src={url} alt={`Sample ${index + 1} of ${pictures.length}`} draggable={false} />
        ))}
        {isOld && <span className={styles.veil}>From run {run.fromRun}</span>}
      </div>
      <figcaption>
        <span>
          {run.width} × {run.height} px
        </span>
        {seed !== undefined && <span>Seed {seed}</span>}
      </figcaption>
    </figure>
  );
}

/** The seed of the last run if there was only one. */
function useSeed(): string | undefined {
  const document = useDocuments(({ activeId }) => activeId);
  return useRuns(({ seeds }) => {
    const all = Object.values(seeds[document ?? ""] ?? {});
    return all.length === 1 ? all[0] : undefined;
  });
}
