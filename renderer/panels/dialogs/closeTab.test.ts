// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { edit, newDocument, useDocuments } from "../../state/documents.ts";
import { useShell } from "../../state/shell.ts";
import { answerUnsaved, closeTab, closeWindow } from "./closeTab.ts";

const call = vi.fn();

beforeEach(() => {
  call.mockReset();
  Object.assign(window, { fairlead: { call } });
  useDocuments.setState({ documents: [], activeId: null });
});

const ids = () => useDocuments.getState().documents.map(({ id }) => id);

function changedDocument(): string {
  const id = newDocument();
  edit("Rename", (_, draft) => {
    draft.name = `${id}, changed`;
  });
  return id;
}

test("a document without changes closes at once", async () => {
  await closeTab(newDocument());
  expect(ids()).toEqual([]);
});

test("Cancel keeps a changed document, Do not save drops it", async () => {
  const id = changedDocument();
  const first = closeTab(id);
  expect(useShell.getState().closing).toBe(id);
  answerUnsaved("cancel");
  await first;
  expect(ids()).toEqual([id]);
  const second = closeTab(id);
  answerUnsaved("discard");
  await second;
  expect(ids()).toEqual([]);
  expect(call).not.toHaveBeenCalled();
});

test("Save writes first, and a cancelled file dialog keeps the document", async () => {
  const id = changedDocument();
  call.mockResolvedValueOnce({ ok: true, value: null });
  const first = closeTab(id);
  answerUnsaved("save");
  await first;
  expect(ids()).toEqual([id]);
  call.mockResolvedValueOnce({ ok: true, value: { handle: "h", name: "fox", path: "/fox" } });
  const second = closeTab(id);
  answerUnsaved("save");
  await second;
  expect(call).toHaveBeenCalledWith("document.saveAs", expect.anything());
  expect(ids()).toEqual([]);
});

test("the window closes only when every changed document may", async () => {
  const [a, b] = [changedDocument(), changedDocument()];
  call.mockResolvedValue({ ok: true, value: {} });
  const cancelled = closeWindow();
  expect(useShell.getState().closing).toBe(a);
  answerUnsaved("discard");
  await vi.waitFor(() => expect(useShell.getState().closing).toBe(b));
  answerUnsaved("cancel");
  await cancelled;
  expect(call).not.toHaveBeenCalled();
  const closed = closeWindow();
  answerUnsaved("discard");
  await vi.waitFor(() => expect(useShell.getState().closing).toBe(b));
  answerUnsaved("discard");
  await closed;
  expect(call).toHaveBeenCalledWith("window.control", { action: "close-now" });
});
