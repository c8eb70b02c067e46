import type { Strings } from '../strings';

export const earnings: Strings['earnings'] = {
  title: '收入',
  description: '您的模型的使用情况、应答质量和收入。',
  earned: '累计收入',
  earnedNote: '已扣除手续费，尚未支付',
  revenue: '收入',
  feeNote: (fee) => `已扣除手续费 ${fee}`,
  fee: '手续费',
  errorShare: '失败率',
  byModelTitle: '按收入排序',
  emptyTitle: '此时间范围内没有人调用您的模型',
  emptyText: '发布一个模型并设为公开：它的调用和收入会即时显示在这里。',
  toPublish: '发布模型',
};
