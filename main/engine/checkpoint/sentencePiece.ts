import { basename } from "node:path";
import { floatsOf, skipInt } from "../onnx/fields.ts";
import { fieldsUntil, Scanner } from "../onnx/scanner.ts";
import { CheckpointError } from "./error.ts";

export interface Piece {
  readonly text: string;
  /** Logarithm of its probability. */
  readonly score: number;
  readonly kind: "normal" | "unknown" | "other";
}

const kinds: Readonly<Record<number, Piece["kind"]>> = { 1: "normal", 2: "unknown" };

/** Pieces of a SentencePiece model (field 1 of its message), by id. Throws a CheckpointError for any other file. */
export function readPieces(path: string): Piece[] {
  const scanner = new Scanner(path);
  const pieces: Piece[] = [];
  try {
    for (const field of fieldsUntil(scanner, scanner.size)) {
      if (field.id === 1 && field.wire === 2) pieces.push(readPiece(scanner, field.end));
      else skipInt(scanner, field);
    }
  } catch (error) {
    throw new CheckpointError(`${basename(path)} is damaged: ${(error as Error).message}.`);
  } finally {
    scanner.close();
  }
  if (!pieces.some(({ kind }) => kind === "unknown")) {
    throw new CheckpointError(`${basename(path)} is no SentencePiece model: it has no piece for what is unknown.`);
  }
  return pieces;
}

function readPiece(scanner: Scanner, end: number): Piece {
  let [text, score, kind] = ["", 0, "normal" as Piece["kind"]];
  for (const field of fieldsUntil(scanner, end)) {
    if (field.id === 1 && field.wire === 2) text = scanner.text(field.end - scanner.at);
    else if (field.id === 2 && field.wire === 5) score = floatsOf(scanner, field.end)[0];
    else if (field.id === 3 && field.wire === 0) kind = kinds[scanner.varint()] ?? "other";
    else skipInt(scanner, field);
  }
  return { text, score, kind };
}
