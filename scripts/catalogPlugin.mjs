import { join } from "node:path";
import { runnerImport } from "vite";
import { root } from "./paths.mjs";

const id = "virtual:catalog";
const resolved = `\0${id}`;

/**
 * Vite plugin: `import catalog from "virtual:catalog"` is the list of node descriptions as plain data, so that the
 * window knows every node before the engine runs and depends on none of their code. While developing, a change
 * under nodes/ reloads the window.
 */
export function catalogPlugin() {
  return {
    name: "fairlead-catalog",
    resolveId: (name) => (name === id ? resolved : undefined),
    async load(name) {
      if (name !== resolved) return undefined;
      const options = { root, configFile: false, logLevel: "error" };
      const { module } = await runnerImport(join(root, "nodes/catalog.ts"), options);
      return `export default ${JSON.stringify(module.catalog.list)};`;
    },
    configureServer(server) {
      server.watcher.add(join(root, "nodes"));
      server.watcher.on("all", (_, file) => {
        if (!file.startsWith(join(root, "nodes"))) return;
        const module = server.moduleGraph.getModuleById(resolved);
        if (module) server.moduleGraph.invalidateModule(module);
        server.ws.send({ type: "full-reload" });
      });
    },
  };
}
