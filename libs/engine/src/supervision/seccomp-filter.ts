/**
 * A seccomp filter (BPF, see seccomp(2)) for runner processes: what a model has no use for and what exploits of the kernel
 * begin with answers `EPERM`. Made here rather than by libseccomp, because it is 60 instructions and needs no library.
 */

/** Numbers of `x64` and `arm64`, from the kernel's `unistd_64.h` and `asm-generic/unistd.h`; -1 where there is no such call. */
const DENIED: Readonly<Record<string, readonly [x64: number, arm64: number]>> = {
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  mount_setattr: [442, 442],
  unshare: [272, 97],
  setns: [308, 268],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  syslog: [103, 116],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  lookup_dcookie: [212, 18],
  vmsplice: [278, 75],
  iopl: [172, -1],
  ioperm: [173, -1],
  modify_ldt: [154, -1],
};

/** These answer "no such call", so that libraries take the older way: the arguments of `clone3` cannot be looked at. */
const ABSENT: Readonly<Record<string, readonly [x64: number, arm64: number]>> = {
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
};

const CLONE = [56, 220] as const;
const SOCKET = [41, 198] as const;
/** `CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET` */
const NEW_NAMESPACES = 0x7e02_0000;
const AF_UNIX = 1;
const X32_BIT = 0x4000_0000;
const AUDIT_ARCH = [0xc000_003e, 0xc000_00b7] as const;

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const ERRNO = 0x0005_0000;
const EPERM = 1;
const ENOSYS = 38;

/** Offsets in `struct seccomp_data`; of arguments, their lower half on a little-endian machine. */
const CALL_NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

interface Instruction {
  readonly code: number;
  readonly value: number;
  /** How many instructions to leave out. */
  readonly whenTrue?: number;
  readonly whenFalse?: number;
}

/** The program as `struct sock_filter[]`, for `bwrap --seccomp`; undefined on a processor that it was not written for. */
export function seccompFilter(processor: string = process.arch): Buffer | undefined {
  const at = ['x64', 'arm64'].indexOf(processor);
  if (at === -1) return undefined;
  const numbers = (calls: typeof DENIED): number[] => Object.values(calls).map((pair) => pair[at] as number).filter((number) => number >= 0);
  return encode([
    load(ARCHITECTURE),
    { code: JUMP_EQUAL, value: AUDIT_ARCH[at] as number, whenTrue: 1 },
    answer(KILL),
    load(CALL_NUMBER),
    { code: JUMP_AT_LEAST, value: X32_BIT, whenFalse: 1 },
    answer(ERRNO | EPERM),
    ...numbers(DENIED).flatMap((number) => refuse(number, EPERM)),
    ...numbers(ABSENT).flatMap((number) => refuse(number, ENOSYS)),
    { code: JUMP_EQUAL, value: CLONE[at] as number, whenFalse: 4 },
    load(FIRST_ARGUMENT),
    { code: JUMP_ANY_BIT, value: NEW_NAMESPACES, whenFalse: 1 },
    answer(ERRNO | EPERM),
    answer(ALLOW),
    { code: JUMP_EQUAL, value: SOCKET[at] as number, whenFalse: 3 },
    load(FIRST_ARGUMENT),
    { code: JUMP_EQUAL, value: AF_UNIX, whenTrue: 1 },
    answer(ERRNO | EPERM),
    answer(ALLOW),
  ]);
}

function load(offset: number): Instruction {
  return { code: LOAD, value: offset };
}

function answer(action: number): Instruction {
  return { code: RETURN, value: action };
}

function refuse(number: number, error: number): Instruction[] {
  return [{ code: JUMP_EQUAL, value: number, whenFalse: 1 }, answer(ERRNO | error)];
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, value, whenTrue = 0, whenFalse = 0 }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(whenTrue, index * 8 + 2);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}
