import { lazy, Suspense, type ComponentType } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { NotFound } from './components/not-found';
import { Waiting } from './components/waiting';
import { PageBoundary } from './shell/page-boundary';
import { Shell } from './shell/shell';
import { SignedIn } from './shell/signed-in';

/** A page in a file of its own, loaded when it is first opened. */
const page = (load: () => Promise<Record<string, ComponentType>>, name: string) => lazy(async () => ({ default: (await load())[name]! }));

const CatalogPage = page(() => import('./features/catalog/catalog-page'), 'CatalogPage');
const TasksPage = page(() => import('./features/tasks/tasks-page'), 'TasksPage');
const ComparePage = page(() => import('./features/compare/compare-page'), 'ComparePage');
const ModelPage = page(() => import('./features/model/model-page'), 'ModelPage');
const PublishPage = page(() => import('./features/publish/publish-page'), 'PublishPage');
const ManagePage = page(() => import('./features/manage/manage-page'), 'ManagePage');
const ManageModelPage = page(() => import('./features/manage/manage-model-page'), 'ManageModelPage');
const EarningsPage = page(() => import('./features/earnings/earnings-page'), 'EarningsPage');
const UsagePage = page(() => import('./features/usage/usage-page'), 'UsagePage');
const WebhooksPage = page(() => import('./features/webhooks/webhooks-page'), 'WebhooksPage');
const BudgetsPage = page(() => import('./features/budgets/budgets-page'), 'BudgetsPage');
const PrivacyPage = page(() => import('./features/privacy/privacy-page'), 'PrivacyPage');
const WalletPage = page(() => import('./features/wallet/wallet-page'), 'WalletPage');
const InvoicesPage = page(() => import('./features/invoices/invoices-page'), 'InvoicesPage');
const InvoicePage = page(() => import('./features/invoices/invoice-page'), 'InvoicePage');
const KeysPage = page(() => import('./features/keys/keys-page'), 'KeysPage');
const OrganizationPage = page(() => import('./features/organization/organization-page'), 'OrganizationPage');
const AuditPage = page(() => import('./features/audit/audit-page'), 'AuditPage');
const InvitationPage = page(() => import('./features/organization/invitation-page'), 'InvitationPage');
const AccountPage = page(() => import('./features/account/account-page'), 'AccountPage');
const EvaluatePage = page(() => import('./features/evaluate/evaluate-page'), 'EvaluatePage');
const WelcomePage = page(() => import('./features/welcome/welcome-page'), 'WelcomePage');
const OperatorArea = page(() => import('./components/operator/operator-area'), 'OperatorArea');
const OperatorPage = page(() => import('./features/operator/operator-page'), 'OperatorPage');
const OperatorAuditPage = page(() => import('./features/audit/operator-audit-page'), 'OperatorAuditPage');
const ChecksPage = page(() => import('./features/operator/checks-page'), 'ChecksPage');
const ReportsPage = page(() => import('./features/operator/reports/reports-page'), 'ReportsPage');
const BooksPage = page(() => import('./features/money/books/books-page'), 'BooksPage');
const StuckPage = page(() => import('./features/money/stuck/stuck-page'), 'StuckPage');
const ReconciliationPage = page(() => import('./features/money/reconciliation/reconciliation-page'), 'ReconciliationPage');
const MonthsPage = page(() => import('./features/money/months/months-page'), 'MonthsPage');
const ChargesPage = page(() => import('./features/money/charges/charges-page'), 'ChargesPage');
const HomePage = page(() => import('./features/welcome/home-page'), 'HomePage');

/** Every address of the portal. Those under /org need somebody who is signed in and belongs to that organization. */
export function Pages() {
  const { key } = useLocation();
  return (
    <Shell>
      <PageBoundary at={key}>
        <Suspense fallback={<Waiting />}>
          <Routes>
            <Route index element={<CatalogPage />} />
            <Route path="tasks" element={<TasksPage />} />
            <Route path="compare" element={<ComparePage />} />
            <Route path="models/:owner/:name" element={<ModelPage />} />
            <Route path="operator" element={<OperatorArea />}>
              <Route index element={<OperatorPage />} />
              <Route path="ledger" element={<BooksPage />} />
              <Route path="stuck" element={<StuckPage />} />
              <Route path="reconciliation" element={<ReconciliationPage />} />
              <Route path="months" element={<MonthsPage />} />
              <Route path="charges" element={<ChargesPage />} />
              <Route path="reports" element={<ReportsPage />} />
              <Route path="audit" element={<OperatorAuditPage />} />
              <Route path="checks" element={<ChecksPage />} />
            </Route>
            <Route path="invitations/:token" element={<InvitationPage />} />
            <Route element={<SignedIn />}>
              <Route path="welcome" element={<WelcomePage />} />
              <Route path="evaluate" element={<EvaluatePage />} />
              <Route path="account" element={<AccountPage />} />
            </Route>
            <Route path="org/:organization" element={<SignedIn member />}>
              <Route index element={<HomePage />} />
              <Route path="publish" element={<PublishPage />} />
              <Route path="models" element={<ManagePage />} />
              <Route path="models/:name" element={<ManageModelPage />} />
              <Route path="earnings" element={<EarningsPage />} />
              <Route path="usage" element={<UsagePage />} />
              <Route path="budgets" element={<BudgetsPage />} />
              <Route path="privacy" element={<PrivacyPage />} />
              <Route path="wallet" element={<WalletPage />} />
              <Route path="invoices" element={<InvoicesPage />} />
              <Route path="invoices/:number" element={<InvoicePage />} />
              <Route path="keys" element={<KeysPage />} />
              <Route path="webhooks" element={<WebhooksPage />} />
              <Route path="settings" element={<OrganizationPage />} />
              <Route path="audit" element={<AuditPage />} />
            </Route>
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
      </PageBoundary>
    </Shell>
  );
}
