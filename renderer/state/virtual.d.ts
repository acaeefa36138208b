declare module "virtual:catalog" {
  import type { NodeDescription } from "../../shared/node/describe.ts";

  const catalog: readonly NodeDescription[];
  // biome-ignore lint/style/noDefaultExport: the build's module has this form
  export default catalog;
}
