import type { Model } from "../../shared/model.ts";
import type { AnyNode } from "../../shared/node/define.ts";
import type { Component } from "../../shared/testbed/component.ts";
import { node } from "../model/gaussian-mixture.ts";

/** The model of a mixture in the plane, with latents [B, 2, 1, 1], as its node makes it. */
export function planeModel(components: readonly Component[]): Model {
  const { params, build }: AnyNode = node;
  const defaults = Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default]));
  return build!({}, { ...defaults, components }, { evaluated: () => {} } as never).model as Model;
}
