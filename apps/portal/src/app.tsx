import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { SteelyardError } from '@steelyard/client';
import { BrowserRouter } from 'react-router';
import { Failure } from './components/failure';
import { Waiting } from './components/waiting';
import { Pages } from './pages';
import { SessionProvider } from './server/session';
import { StringsProvider } from './strings';
import { readableColours, styleNonce, theme } from './theme';

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (failures, error) => failures < 2 && !(error instanceof SteelyardError && !error.retryable) },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={readableColours} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <Notifications position="bottom-right" />
      <StringsProvider>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <SessionProvider waiting={<Waiting />} failed={(error, retry) => <Failure error={error} retry={retry} />}>
              <Pages />
            </SessionProvider>
          </BrowserRouter>
        </QueryClientProvider>
      </StringsProvider>
    </MantineProvider>
  );
}
