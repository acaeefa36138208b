import { useEffect, useRef } from "react";
import type { LengthMap } from "../../../shared/tensor/measure.ts";
import { formatReading } from "../../charts/LineChart.tsx";
import { heatGradient, heatPixels } from "./heat.ts";
import styles from "./scope.module.css";

interface StepPictureProps {
  /** Address of the x0-preview; none if the step has none. */
  readonly preview: string | undefined;
  /** Laid over the picture: where guidance acts. */
  readonly map: LengthMap | undefined;
}

/** What the sampler predicted at a step, or where guidance pulled it. */
export function StepPicture({ preview, map }: StepPictureProps) {
  return (
    <div className={styles.picture} data-testid="scope-picture" data-shows={map ? "direction" : "x0"}>
      {preview === undefined ? (
        <span className={styles.quiet}>No picture</span>
      ) : (
        <img className={map && styles.beneath} src={preview} alt={map ? "" : "Predicted picture at this step"} />
      )}
      {map && <Heat map={map} />}
      {map && (
        <div className={`${styles.heatScale} number`}>
          0<i style={{ background: heatGradient }} />
          {formatReading(map.top)}
        </div>
      )}
    </div>
  );
}

function Heat({ map }: { readonly map: LengthMap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.putImageData(new ImageData(heatPixels(map), map.width, map.height), 0, 0);
  }, [map]);
  const { width, height } = map;
  return (
    <canvas
      ref={canvas}
      className={styles.heat}
      {...{ width, height }}
      role="img"
      aria-label="Length of the guidance over the picture"
    />
  );
}
