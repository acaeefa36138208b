import { createRequire } from "node:module";
import type { ImageFormat } from "../../../shared/node/context.ts";
import type { Tensor } from "../../../shared/tensor/tensor.ts";
import { embeddable } from "../../../shared/workflow/serialize.ts";
import { embedInJpeg, embedInWebp } from "./embed.ts";
import { FileError } from "./fileError.ts";
import { imageSize } from "./imageSize.ts";
import { isPng, writePng } from "./png.ts";
import { gammaTone, greyProfileTone, type Tone } from "./tone.ts";

const maxPixels = 100_000_000;
const lossyQuality = 95;

export interface EncodeOptions {
  readonly format: ImageFormat;
  readonly bitDepth: 8 | 16;
  /** Text of the workflow to carry. */
  readonly workflow?: string;
}

/** Loaded when a picture is first read or a lossy one written: PNG needs only zlib, and a library costs a start its time. */
function sharpLibrary(): typeof import("sharp")["default"] {
  return createRequire(__filename)("sharp");
}

/** A picture [1, 3, H, W] or [3, H, W] in 0..1 sRGB as a file that says so; clamped here. Equal input gives equal bytes. */
export async function encodeImage(sample: Tensor, { format, bitDepth, workflow }: EncodeOptions): Promise<Uint8Array> {
  const [height, width] = sample.shape.slice(-2);
  if (format === "png") {
    const texts = workflow === undefined ? {} : { fairlead: embeddable(workflow) };
    return writePng({ width, height, bitDepth, samples: samplesOf(sample, bitDepth), texts, level: 6 });
  }
  const sharp = sharpLibrary();
  const raw = sharp(samplesOf(sample, 8), { raw: { width, height, channels: 3 } }).withIccProfile("srgb");
  if (format === "jpeg") {
    const bytes = await raw.jpeg({ quality: lossyQuality, chromaSubsampling: "4:4:4" }).toBuffer();
    return workflow === undefined ? bytes : embedInJpeg(bytes, embeddable(workflow));
  }
  const bytes = await raw.webp({ quality: lossyQuality, effort: 4 }).toBuffer();
  return workflow === undefined ? bytes : embedInWebp(bytes, embeddable(workflow), width, height);
}

/** A picture as a small PNG for the window, quickly. */
export async function thumbnailPng(sample: Tensor): Promise<Uint8Array> {
  const [height, width] = sample.shape.slice(-2);
  return writePng({ width, height, bitDepth: 8, samples: samplesOf(sample, 8), texts: {}, level: 1 });
}

/** Interleaved RGB samples; 16-bit ones big-endian. Values are clamped and rounded to nearest. */
function samplesOf(sample: Tensor, bitDepth: 8 | 16): Uint8Array {
  const plane = sample.data.length / 3;
  const bytes = bitDepth / 8;
  const top = bitDepth === 16 ? 65535 : 255;
  const samples = new Uint8Array(plane * 3 * bytes);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < plane; i++) {
      const scaled = sample.data[c * plane + i] * top + 0.5;
      const value = scaled > top ? top : scaled > 0 ? scaled | 0 : 0;
      const at = (3 * i + c) * bytes;
      if (bytes === 1) samples[at] = value;
      else {
        samples[at] = value >> 8;
        samples[at + 1] = value & 0xff;
      }
    }
  }
  return samples;
}

/**
 * A PNG, JPEG or WebP as [1, 3, H, W] in 0..1 sRGB. Profiles and stated gammas are converted, 8 and 16 bit keep their exact
 * levels, the EXIF rotation is applied, transparency is laid on white. Throws a FileError with a sentence.
 */
export async function decodeImage(bytes: Uint8Array): Promise<{ tensor: Tensor; width: number; height: number }> {
  const picture = await readPicture(bytes);
  const { width, height } = picture;
  const values = planesOnWhite(picture);
  return { tensor: { data: values, shape: [1, 3, height, width] }, width, height };
}

/** The opacity of a PNG, JPEG or WebP as [1, 1, H, W] in 0..1; 1 everywhere in one without. Throws as `decodeImage` does. */
export async function decodeOpacity(bytes: Uint8Array): Promise<Tensor> {
  const { levels, top, channels, width, height } = await readPicture(bytes);
  const data = new Float32Array(width * height).fill(1);
  if (channels === 4) for (let i = 0; i < data.length; i++) data[i] = levels[4 * i + 3] / top;
  return { data, shape: [1, 1, height, width] };
}

interface Picture {
  /** Interleaved, up to `top`. */
  readonly levels: Uint8Array | Uint16Array;
  readonly top: number;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** What the levels still lack to be sRGB. */
  readonly tone: Tone | null;
}

async function readPicture(bytes: Uint8Array): Promise<Picture> {
  const size = imageSize(bytes);
  if (!size) throw new FileError("This is no PNG, JPEG or WebP picture.");
  if (size.width * size.height > maxPixels)
    throw new FileError(`This picture is ${size.width} × ${size.height} px, more than ${maxPixels / 1e6} megapixels.`);
  const { data, info, tone } = await readLevels(bytes).catch((error: Error) => {
    throw new FileError(`This picture is damaged: ${error.message.split("\n")[0]}.`, error);
  });
  const { width, height, channels } = info;
  const isDeep = data.length === 2 * width * height * channels;
  const levels = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  return { levels, top: isDeep ? 65535 : 255, channels, width, height, tone };
}

/**
 * Interleaved RGB or RGBA levels in the file's own depth: the library widens 8 bit by a shift and lays 16 bit on a white that
 * is not quite one, so neither is left to it.
 */
async function readLevels(bytes: Uint8Array) {
  const read = sharpLibrary()(bytes, { limitInputPixels: maxPixels });
  const { depth, icc, space } = await read.metadata();
  const isDeep = depth === "ushort";
  // The library takes 16-bit pictures that have a profile to Display P3, and needs to be asked for the way back.
  const known = isDeep && icc !== undefined ? read.withIccProfile("srgb") : read;
  // Profiles of deep greys are the one thing that it leaves out.
  const own = space === "grey16" && icc !== undefined ? greyProfileTone(icc) : null;
  const { data, info } = await known
    .rotate()
    .toColourspace(isDeep ? "rgb16" : "srgb")
    .raw({ depth: isDeep ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, info, tone: own ?? (isPng(bytes) ? gammaTone(bytes) : null) };
}

/** Planes R, G, B in 0..1 of interleaved levels up to `top`; a fourth channel is the opacity over white. */
function planesOnWhite({ levels, top, channels, tone }: Picture): Float32Array {
  const plane = levels.length / channels;
  const values = new Float32Array(3 * plane);
  const colours = Float64Array.from({ length: top + 1 }, (_, level) => (tone ? tone(level / top) : level / top));
  for (let i = 0; i < plane; i++) {
    const opacity = channels === 4 ? levels[4 * i + 3] / top : 1;
    for (let c = 0; c < 3; c++) values[c * plane + i] = 1 - opacity + opacity * colours[levels[i * channels + c]];
  }
  return values;
}
