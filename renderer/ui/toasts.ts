import { create } from "zustand";

export interface Toast {
  readonly id: number;
  readonly kind: "info" | "ok" | "error";
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface ToastState {
  readonly toasts: readonly Toast[];
  dismiss(id: number): void;
}

/** At most so many at a time: older ones make room. */
const most = 3;
const stayMs = 5000;
let count = 0;

export const useToasts = create<ToastState>((set) => ({
  toasts: [],
  dismiss: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}));

/** Tells something at the edge of the window. Errors stay until they are dismissed; a repeated text replaces itself. */
export function showToast(toast: Omit<Toast, "id">): void {
  count++;
  const id = count;
  const { toasts } = useToasts.getState();
  useToasts.setState({
    toasts: [...toasts.filter(({ text }) => text !== toast.text), { ...toast, id }].slice(-most),
  });
  if (toast.kind !== "error") setTimeout(() => useToasts.getState().dismiss(id), stayMs);
}
