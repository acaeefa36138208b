/** The name of the file or folder that a path of any system ends with; empty for a root or no path. */
export function lastPart(path: string): string {
  return path.split(/[/\\]+/).findLast((part) => part !== "") ?? "";
}
