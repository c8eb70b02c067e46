export const earnings = {
  title: 'Earnings',
};
