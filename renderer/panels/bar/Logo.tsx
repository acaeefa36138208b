/** The mark without its tile: a rope through a fairlead. */
export function Logo() {
  return (
    <svg width="22" height="22" viewBox="56 112 400 288" fill="none" role="img" aria-label="Fairlead">
      <path d="M256 256C313 197 370 138 448 138" stroke="var(--t1)" strokeWidth="48" strokeLinecap="round" />
      <circle cx="256" cy="256" r="105" stroke="var(--accent)" strokeWidth="60" />
      <path d="M64 374C142 374 199 315 256 256" stroke="var(--bar)" strokeWidth="84" />
      <circle cx="256" cy="256" r="76" fill="var(--bar)" />
      <path d="M64 374C142 374 199 315 256 256L306 206" stroke="var(--t1)" strokeWidth="48" strokeLinecap="round" />
    </svg>
  );
}
