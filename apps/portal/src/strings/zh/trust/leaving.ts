import type { leaving as en } from '../../en/trust/leaving';

export const leaving: typeof en = {
  data: '您的数据',
  dataText: '平台保存的该组织的全部内容，存为一个 JSON Lines 文件：每条记录一行，末尾另有一行，用来判断文件是否完整。',
  download: '下载全部数据',
  downloadFailed: '无法保存数据',

  erase: '删除组织',
  eraseText: '永久删除；删除之前有一段时间可以反悔。',
  eraseTitle: (handle) => `删除 ${handle}？`,
  eraseMeans: [
    '密钥、成员、模型以及该组织的其他一切都会删除，其模型不再回答任何调用。',
    '资金记录会留下，名称以化名代替。',
    '请先下载全部数据：删除之后谁也无法恢复。',
  ],
  forfeit: '放弃剩余的资金',
  forfeitText: '钱包中的余额，以及已获得但尚未支付的收入。若不勾选，仍有资金的组织不会被删除。',
  handle: '组织标识',
  handleHint: (handle) => `请准确输入 ${handle}。`,

  states: {
    WAITING: (due) => `该组织将于 ${due} 删除`,
    CLOSING: (due) => `该组织自 ${due} 起正在关闭，待进行中的事项结束后删除`,
    DONE: (erased) => `该组织已于 ${erased} 删除`,
  },
  requested: (time) => `申请于 ${time}。`,
  forfeits: '剩余的资金将被放弃。',
  hindered: '受阻原因：',
  cancel: '不删除',
  cancelled: '该组织予以保留。',

  account: '您的数据与账户',
  accountText: '平台保存的您个人的内容。您为组织所做的一切属于该组织。',
  downloadAccount: '下载您的数据',
  eraseAccount: '删除账户',
  eraseAccountTitle: '删除您的账户？',
  eraseAccountText: '立即且永久删除：您的姓名、地址、登录和成员身份。您为组织所做的一切仍归组织所有，只留下一个不指向任何人的编号。如果您获得过欢迎额度，会留下一个不含姓名的标记，以免重复发放。',
  email: '您的电子邮件地址',
  emailHint: (email) => `请准确输入 ${email}。`,
};
