/** Routes of the window, one per screen, below the frame. Hash history, because the page comes from a file protocol too. */
import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, useParams, useSearch } from '@tanstack/react-router';
import { ErrorPanel } from '../components/ErrorPanel';
import { toErrorInfo } from '@shared/errors';
import { Frame } from './Frame';
import { NotFound } from './NotFound';
import { SCREENS } from './screens';

const components = SCREENS.map(({ load, early }) => ({ component: lazyRouteComponent(load, 'default'), early }));

/** Fetches the code of the screens that one goes to most, one in each idle moment, so that the first visit is like any other. */
export function preloadScreens(): void {
  const early = components.filter((screen) => screen.early);
  const next = () => {
    const screen = early.shift();
    // Without the host there is nothing to fetch from; the visit itself will say so.
    if (screen) requestIdleCallback(() => void Promise.resolve(screen.component.preload?.()).catch(() => undefined).then(next));
  };
  next();
}

export function createAppRouter() {
  const root = createRootRoute({
    component: Frame,
    notFoundComponent: NotFound,
    errorComponent: ({ error, reset }) => <ErrorPanel error={toErrorInfo(error)} title="This screen stopped because of a bug" onRetry={reset} />,
  });
  const children = SCREENS.map((screen, i) =>
    createRoute({ getParentRoute: () => root, path: screen.path, component: components[i].component, staticData: { title: screen.title } }),
  );
  return createRouter({ routeTree: root.addChildren(children), history: createHashHistory(), defaultPreload: 'intent', scrollRestoration: false });
}

/** The parameters in the address, such as `id` of `/runs/$id`. */
export function useScreenParams(): Record<string, string | undefined> {
  return useParams({ strict: false }) as Record<string, string | undefined>;
}

/** What stands behind `?` in the address, such as `from` of `/pretrain?from=RUN`. */
export function useScreenSearch(): Record<string, unknown> {
  return useSearch({ strict: false }) as Record<string, unknown>;
}
