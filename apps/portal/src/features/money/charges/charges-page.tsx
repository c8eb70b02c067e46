import { Stack } from '@mantine/core';
import { OperatorHeader } from '../../../components/operator/operator-header';
import { Section } from '../../../components/section';
import { useMonthsStrings } from '../../../strings/months';
import { FindCharge } from './find-charge';
import { OrganizationRefunds } from './organization-refunds';

/** What is given back: charges of calls, and payments. */
export function ChargesPage() {
  const { charges: strings } = useMonthsStrings();
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.text} />
      <Stack gap="xl">
        <Section title={strings.corrections} text={strings.correctionsText}>
          <FindCharge />
        </Section>
        <Section title={strings.refunds} text={strings.refundsText}>
          <OrganizationRefunds />
        </Section>
      </Stack>
    </>
  );
}
