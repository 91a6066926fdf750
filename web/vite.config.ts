/** Builds the pages into the Python package; every asset has its hash in its name. */
import { fileURLToPath } from "node:url";
import { svelte, vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const NODE = process.env["BEACONFIRE_NODE"] ?? "http://localhost:9000";

export default defineConfig({
  plugins: [svelte({ preprocess: vitePreprocess() })],
  build: {
    outDir: here("../src/beaconfire/static"),
    emptyOutDir: true,
    target: "es2022",
    // Inlined assets would be data: addresses, which the server's content policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      input: {
        console: here("console.html"),
        field: here("field.html"),
        report: here("report.html"),
        track: here("track.html"),
        docs: here("docs.html"),
        missing: here("missing.html"),
        rosters: here("rosters.html"),
        "field-worker": here("src/field/worker.ts"),
      },
      // A service worker answers for the folder that it lies in, under one name for ever.
      output: { entryFileNames: (chunk) => (chunk.name === "field-worker" ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
  worker: { format: "es" },
  server: {
    proxy: {
      "/v1": { target: NODE, ws: true },
      "/basemap": { target: NODE },
      "/openapi.json": { target: NODE },
      "/asyncapi.json": { target: NODE },
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
