import type { Plugin } from "vite";

export declare function catalogPlugin(): Plugin;
