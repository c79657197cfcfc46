/** Start of the window: transport, theme, router. */
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@mantine/dropzone/styles.css';
import '@xyflow/react/dist/style.css';
import './theme/controls.css';
import './theme/global.css';
import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { createAppRouter, preloadScreens } from './app/router';
import { bridgeTransport } from './client/bridgeTransport';
import { connect } from './client/connection';
import { ClientProvider } from './client/context';
import { useSettings } from './client/settings';
import { takeToken } from './client/token';
import { webSocketTransport } from './client/webSocketTransport';
import { cssVariables, theme } from './theme/theme';
import { useTheme } from './theme/useTheme';

const connection = connect(window.fineStudio ? bridgeTransport(window.fineStudio) : webSocketTransport(takeToken()));
const router = createAppRouter();

/** The theme of the settings, followed wherever it is changed. */
function ThemeFollower() {
  const { setTheme } = useTheme();
  const wanted = useSettings().data?.theme;
  useEffect(() => {
    if (wanted) setTheme(wanted);
  }, [wanted, setTheme]);
  return null;
}

function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <ClientProvider connection={connection}>
        <ThemeFollower />
        <RouterProvider router={router} />
      </ClientProvider>
    </MantineProvider>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
preloadScreens();
