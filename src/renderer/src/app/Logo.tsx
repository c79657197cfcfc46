/** A strand that becomes rows of several lengths: one learngene, many sizes. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="var(--accent)" strokeWidth="2.4" strokeLinecap="round" aria-hidden>
      <path d="M4 3v18" />
      <path d="M9 5h5M9 10h8M9 15h11M9 20h3" stroke="currentColor" />
    </svg>
  );
}
