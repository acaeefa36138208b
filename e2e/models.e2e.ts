import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { expect } from "playwright/test";
import { test } from "./fixture.ts";

const fixtures = resolve("main/engine/checkpoint/fixtures");

/** A folder as ComfyUI lays it out, with tiny models. */
function comfyFolder(parent: string): string {
  const folder = join(parent, "ComfyUI");
  const put = (fixture: string, place: string) => {
    mkdirSync(join(folder, "models", place, ".."), { recursive: true });
    copyFileSync(join(fixtures, `${fixture}.safetensors`), join(folder, "models", place));
  };
  put("sd15-tiny", "checkpoints/painter.safetensors");
  put("sdxl-tiny", "checkpoints/large.safetensors");
  put("lora-kohya-sd15-tiny", "loras/fox.safetensors");
  put("vae-tiny", "vae/clear.safetensors");
  copyFileSync("docs/screenshot.png", join(folder, "models/checkpoints/painter.preview.png"));
  writeFileSync(join(folder, "models/loras/fox.civitai.info"), JSON.stringify({ trainedWords: ["red fox"] }));
  writeFileSync(join(folder, "models/checkpoints/old.ckpt"), "PK\u0003\u0004archive");
  return folder;
}

/** A document whose checkpoint lies elsewhere on this machine. */
const missingModel = {
  fairlead: 1,
  nodes: [
    { id: "m", type: "model/checkpoint", params: { path: "gone/painter.safetensors" }, position: { x: 0, y: 0 } },
    { id: "latent", type: "latent/empty", params: {}, position: { x: 240, y: 0 } },
    { id: "decode", type: "latent/decode", params: {}, position: { x: 480, y: 0 } },
  ],
  edges: [
    { from: ["m", "model"], to: ["latent", "model"] },
    { from: ["m", "model"], to: ["decode", "model"] },
    { from: ["latent", "latent"], to: ["decode", "latent"] },
  ],
};

test("models: a folder is named, its models are found, added and dropped, and missing ones replaced", async ({
  studio,
  home,
}) => {
  const { page } = studio;
  const folder = comfyFolder(home.files);
  await page.getByTestId("rail-models").click();
  await studio.answerDialogs(folder);
  await page.getByTestId("library-add-folder").click();
  await expect(page.getByTestId("model-count")).toHaveText("5 models");
  await expect(page.getByTestId("model-painter.safetensors").locator("img")).toBeVisible();
  await expect(page.getByTestId("model-old.ckpt")).toContainText("Cannot be used");

  await page.getByTestId("model-fox.safetensors").click();
  await expect(page.getByTestId("word-red fox")).toBeVisible();
  await page.getByRole("button", { name: "Compute hash" }).click();
  await expect(page.getByTestId("model-hash")).toHaveText(/^[0-9a-f]{10}$/);
  await studio.screenshot("models");
  await page.getByLabel("Search models").fill("red");
  await expect(page.getByTestId("model-count")).toHaveText("1 of 5 models");
  await page.getByLabel("Search models").fill("");
  await page.getByLabel("Kind").selectOption("Checkpoints");
  await expect(page.getByRole("option", { name: /painter/ })).toBeVisible();
  await expect(page.getByTestId("model-fox.safetensors")).toHaveCount(0);

  await page.getByTestId("model-painter.safetensors").click();
  await page.getByTestId("models").press("Enter");
  await expect(studio.param("checkpoint", "path")).toHaveValue("painter.safetensors");

  await studio.drop(join(folder, "models/loras/fox.safetensors"));
  await expect(studio.param("lora", "path")).toHaveValue("fox.safetensors");
  await studio.drop(join(folder, "models/checkpoints/old.ckpt"));
  await expect(page.getByTestId("toast")).toContainText("Python pickle");

  const lost = join(home.files, "lost.fairlead.json");
  writeFileSync(lost, JSON.stringify(missingModel));
  await studio.answerDialogs(lost);
  await studio.press("Control+O");
  await page.getByRole("button", { name: /^Problems/ }).click();
  await page.getByRole("button", { name: "Replace by checkpoints/painter.safetensors" }).click();
  await expect(studio.param("m", "path")).toHaveValue("painter.safetensors");
  await expect(page.getByRole("region", { name: "Problems" })).toContainText("No problems");
});

test("a model is downloaded from an address that a person pastes, and a page instead of one is refused", async ({
  studio,
  home,
}) => {
  const { page } = studio;
  const model = readFileSync(join(fixtures, "vae-tiny.safetensors"));
  const server = createServer((ask, answer) => {
    const isModel = ask.url === "/soft.safetensors";
    answer.writeHead(200, { "content-type": isModel ? "application/octet-stream" : "text/html" });
    answer.end(isModel ? model : "<!DOCTYPE html><title>Sign in</title>");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const folder = comfyFolder(home.files);
  await page.getByTestId("rail-models").click();
  await studio.answerDialogs(folder);
  await page.getByTestId("library-add-folder").click();
  await expect(page.getByTestId("model-count")).toHaveText("5 models");
  const download = async (file: string) => {
    await page.getByRole("button", { name: "Download from an address…" }).click();
    await page.getByRole("textbox", { name: "Address" }).fill(`http://127.0.0.1:${port}/${file}`);
    await page.getByRole("dialog").getByLabel("Kind").selectOption("vae");
    await page.getByTestId("start-download").click();
  };
  await download("soft.safetensors");
  await expect(page.getByTestId("model-soft.safetensors")).toContainText("VAE");
  expect(readFileSync(join(folder, "models/vae/soft.safetensors"))).toEqual(model);
  await download("hidden.safetensors");
  await expect(page.getByTestId("downloads")).toContainText("web page");
  expect(existsSync(join(folder, "models/vae/hidden.safetensors"))).toBe(false);
  await studio.screenshot("downloads");
  server.close();
});
