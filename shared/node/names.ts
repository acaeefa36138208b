/** "batchSize" → "Batch size": the shown name of a port or parameter without a label of its own. */
export function nameOf(key: string): string {
  const words = key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Shown name of a declared port or parameter. */
export function labelOf(key: string, declared: { readonly label?: string } | undefined): string {
  return declared?.label ?? nameOf(key);
}
