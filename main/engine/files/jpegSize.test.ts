import { resolve } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { jpegBytes } from "../../../shared/jpeg/size.ts";
import { fromNumbers } from "../../../shared/tensor/index.ts";

const pictures = ["assets/workflows/images/apple.png", "assets/models/emoji-scenes/samples.png"];

test.each(pictures.flatMap((path) => [30, 75, 95].map((quality) => [path, quality] as const)))(
  "%s takes as many bytes at quality %d as an encoder writes",
  async (path, quality) => {
    const picture = sharp(resolve(__dirname, "../../..", path))
      .removeAlpha()
      .resize(150, 101, { fit: "fill" });
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    const size = info.width * info.height;
    const values = Array.from({ length: 3 * size }, (_, i) => data[(i % size) * 3 + Math.floor(i / size)] / 255);
    const file = await sharp(data, { raw: info })
      .jpeg({ quality, chromaSubsampling: "4:4:4", optimiseCoding: false, mozjpeg: false })
      .toBuffer();
    const [bytes] = jpegBytes(fromNumbers(values, [1, 3, info.height, info.width]), quality);
    // Encoders stuff a byte after each 255, up to 1 % at high qualities.
    expect(Math.abs(bytes / file.length - 1)).toBeLessThan(0.015);
  },
);

test("each picture of a batch has its own size, and values outside 0..1 are cut", () => {
  const flat = new Array(192).fill(2);
  const busy = flat.map((_, i) => (i * 7919) % 13);
  const [first, second] = jpegBytes(fromNumbers([...flat, ...busy], [2, 3, 8, 8]), 90);
  expect(first).toBeLessThan(second);
  expect(jpegBytes(fromNumbers(new Array(192).fill(1), [1, 3, 8, 8]), 90)).toEqual([first]);
});
