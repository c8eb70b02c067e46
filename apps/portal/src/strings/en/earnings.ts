export const earnings = {
  title: 'Earnings',
  description: 'How your models are used, how well they answer, and what they bring.',
  earned: 'Earned altogether',
  earnedNote: 'After the fee, not paid out yet',
  revenue: 'Revenue',
  feeNote: (fee: string) => `After a fee of ${fee}`,
  fee: 'Fee',
  errorShare: 'Failed',
  byModelTitle: 'What brings most',
  emptyTitle: 'Nobody has called your models in this period',
  emptyText: 'Publish a model and make it public: its calls, and what they bring, show up here as they happen.',
  toPublish: 'Publish a model',
};
