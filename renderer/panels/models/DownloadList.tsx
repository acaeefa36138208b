import { CircleAlert, CircleCheck, Pause, Play, X } from "lucide-react";
import type { CallName } from "../../../shared/contract.ts";
import type { Download } from "../../../shared/library.ts";
import { call } from "../../state/bridge.ts";
import { attempt } from "../../state/files.ts";
import { IconButton } from "../../ui/Button.tsx";
import styles from "./downloads.module.css";
import { shownBytes, shownSeconds } from "./modelLooks.ts";

/** What is being fetched, or was since the start. */
export function DownloadList({ downloads }: { readonly downloads: readonly Download[] }) {
  if (downloads.length === 0) return null;
  return (
    <ul className={styles.downloads} aria-label="Downloads" data-testid="downloads">
      {downloads.map((download) => (
        <Row key={download.id} download={download} />
      ))}
    </ul>
  );
}

function Row({ download }: { readonly download: Download }) {
  const { id, name, folder, state, received, total } = download;
  const ask = (what: Extract<CallName, `download.${"pause" | "resume" | "remove"}`>) =>
    void attempt(() => call(what, { id }));
  const isMoving = state === "running" || state === "waiting" || state === "checking";
  const share = total === null || total === 0 ? 0 : received / total;
  return (
    <li className={styles.download} data-state={state} title={`To ${folder}`}>
      <div>
        <b>{name}</b>
        {isMoving && (
          <IconButton label={`Pause ${name}`} icon={Pause} size={12} onClick={() => ask("download.pause")} />
        )}
        {(state === "paused" || state === "failed") && (
          <IconButton label={`Resume ${name}`} icon={Play} size={12} onClick={() => ask("download.resume")} />
        )}
        <IconButton
          label={state === "done" ? `Take ${name} off the list` : `Cancel ${name}`}
          icon={X}
          size={12}
          onClick={() => ask("download.remove")}
        />
      </div>
      {isMoving && (
        <progress aria-label={name} max={1} {...(total === null ? {} : { value: share })} className={styles.progress} />
      )}
      <small role="status">
        {state === "done" && <CircleCheck size={12} strokeWidth={2.1} className={styles.good} aria-hidden />}
        {state === "failed" && <CircleAlert size={12} strokeWidth={2.1} className={styles.bad} aria-hidden />}
        {about(download)}
      </small>
    </li>
  );
}

/** "1.2 of 4.0 GB · 11 MB/s · 4 min left". */
function about({ state, received, total, speed, problem }: Download): string {
  if (state === "failed") return problem ?? "";
  if (state === "waiting") return "Waiting";
  if (state === "checking") return "Checking";
  if (state === "done") return shownBytes(received);
  const amount = total === null ? shownBytes(received) : `${shownBytes(received)} of ${shownBytes(total)}`;
  if (state === "paused") return `Paused · ${amount}`;
  if (speed === 0) return amount;
  const left = total === null ? "" : ` · ${shownSeconds((total - received) / speed)} left`;
  return `${amount} · ${shownBytes(speed)}/s${left}`;
}
