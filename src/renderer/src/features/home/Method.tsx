/** The method as a drawing: pictures, one pretraining, the learngene, models of three depths. */

const INK = 'var(--mantine-color-text)';
const SOFT = 'var(--mantine-color-dimmed)';

function Blocks({ x, y, count, label }: { x: number; y: number; count: number; label: string }) {
  return (
    <g>
      {Array.from({ length: count }, (_, i) => (
        <rect key={i} x={x} y={y - i * 13} width={56} height={9} rx={2} fill="var(--sunk)" stroke={INK} strokeWidth={1.1} />
      ))}
      {Array.from({ length: count }, (_, i) => (
        <rect key={i} x={x + 3} y={y - i * 13 + 3} width={8 + ((i * 7) % 5) * 4} height={3} rx={1.5} fill="var(--accent)" />
      ))}
      <text x={x + 28} y={y + 28} textAnchor="middle" fontSize={12} fill={SOFT}>{label}</text>
    </g>
  );
}

export function Method() {
  return (
    <svg viewBox="0 0 520 210" width="100%" role="img" aria-label="Your pictures train one model of six blocks; its shared factors, the learngene, start models of four, eight and ten blocks." style={{ alignSelf: 'center', justifySelf: 'center', maxWidth: '36rem' }}>
      {[0, 1, 2, 3].map((i) => (
        <rect key={i} x={6 + (i % 2) * 30} y={72 + Math.floor(i / 2) * 30} width={26} height={26} rx={3} fill={['#e9c46a', '#7fb7be', '#d4856a', '#8aa16b'][i]} />
      ))}
      <text x={34} y={158} textAnchor="middle" fontSize={12} fill={SOFT}>pictures</text>
      <Arrow from={70} to={98} y={100} />
      <Blocks x={104} y={130} count={6} label="pretraining" />
      <Arrow from={166} to={194} y={100} />
      <g>
        <rect x={202} y={66} width={22} height={68} rx={4} fill="var(--accent-soft)" stroke="var(--accent)" strokeWidth={1.6} />
        <rect x={230} y={66} width={44} height={22} rx={4} fill="var(--accent-soft)" stroke="var(--accent)" strokeWidth={1.6} />
        <text x={213} y={104} textAnchor="middle" fontSize={12} fontStyle="italic" fill={INK}>U</text>
        <text x={252} y={81} textAnchor="middle" fontSize={12} fontStyle="italic" fill={INK}>V</text>
        <text x={238} y={158} textAnchor="middle" fontSize={12} fill={SOFT}>learngene</text>
      </g>
      <Arrow from={282} to={310} y={100} />
      <Blocks x={318} y={130} count={4} label="4 blocks" />
      <Blocks x={388} y={130} count={8} label="8 blocks" />
      <Blocks x={458} y={130} count={10} label="10 blocks" />
    </svg>
  );
}

function Arrow({ from, to, y }: { from: number; to: number; y: number }) {
  return <path d={`M${from} ${y}H${to}m-6 -4l6 4l-6 4`} fill="none" stroke={SOFT} strokeWidth={1.4} />;
}
