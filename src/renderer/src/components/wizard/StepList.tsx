import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import classes from './Wizard.module.css';

/** The steps of a wizard as a list of buttons; each can be gone to at any time. */
export function StepList({ titles, bad, current, onStep }: { titles: readonly string[]; bad: readonly boolean[]; current: number; onStep(step: number): void }) {
  return (
    <nav aria-label="Steps of the wizard">
      <ol className={classes.steps}>
        {titles.map((title, i) => {
          const flagged = bad[i] && i < current;
          return (
            <li key={title}>
              <button type="button" className={classes.step} aria-current={i === current ? 'step' : undefined} data-done={i < current || undefined} onClick={() => onStep(i)}>
                <span className={classes.number} data-bad={flagged || undefined} aria-hidden>
                  {flagged ? <IconAlertTriangle size={13} /> : i < current ? <IconCheck size={13} /> : i + 1}
                </span>
                {title}
                {flagged && <span className="visually-hidden"> (needs attention)</span>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
