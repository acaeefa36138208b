const forbidden = /[<>:"|?*\\\p{Cc}]/u;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;
const maxNameBytes = 200;

/**
 * A sentence why a name cannot be that of a result in the output folder, on any system, or null. Slashes make subfolders;
 * names stay inside the folder.
 */
export function refuseFileName(name: string): string | null {
  if (name.trim() === "") return "The file name is empty. Give it a name.";
  if (/^([a-z]:|[/\\])/i.test(name))
    return `The file name “${name}” is an absolute path. Names stay inside the output folder.`;
  const character = forbidden.exec(name)?.[0];
  if (character !== undefined)
    return `The file name “${name.slice(0, 80)}” holds “${JSON.stringify(character).slice(1, -1)}”, which not every system allows.`;
  for (const part of name.split("/")) {
    if (part === "" || part === "." || part === "..")
      return `The file name “${name}” has an empty part or leaves the output folder.`;
    if (reserved.test(part)) return `“${part}” is a reserved name on Windows. Choose another one.`;
    if (/[. ]$/.test(part)) return `“${part}” ends with a dot or a space, which not every system allows.`;
    if (utf8Length(part) > maxNameBytes) return `“${part.slice(0, 40)}…” is longer than ${maxNameBytes} bytes.`;
  }
  return null;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
