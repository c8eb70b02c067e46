/**
 * node score.mjs [folder with the recordings of Debian's pocketsphinx-testdata]
 *
 * Frame F1 of this model and of an energy threshold on recordings of people with 1 to 3 seconds between them, with and without
 * noise, and what both take for speech where nobody speaks. What is speech is told by the clean recordings: frames within 35 dB of
 * the loudest, and gaps of up to 0.3 s between them; such gaps are closed in both answers as well. Everything random is drawn from one seed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';

const [RATE, FRAME, SEED] = [16_000, 512, 20261129];
const folder = process.argv[2] ?? '/usr/share/pocketsphinx/test/data';
const session = await ort.InferenceSession.create(fileURLToPath(new URL('model.onnx', import.meta.url)), { intraOpNumThreads: 1 });

let state = SEED;
/** Mulberry32. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const meanSquare = (samples) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
const decibel = (power) => 10 * Math.log10(power + 1e-12);
const make = (length, sample) => Float32Array.from({ length }, (_, index) => sample(index));
const scaled = (samples, power) => {
  const factor = Math.sqrt(power / meanSquare(samples));
  return samples.map((sample) => sample * factor);
};

const NOISES = {
  white: (length) => make(length, normal),
  brown: (length) => {
    let sum = 0;
    return make(length, () => (sum = 0.98 * sum + normal()));
  },
  hum: (length) => make(length, (index) => [50, 100, 150, 250].reduce((sum, hertz) => sum + Math.sin((2 * Math.PI * hertz * index) / RATE), 0.1 * normal())),
  // Chords of four notes with a beat: what is loud, harmonic and no speech.
  chords: (length) => make(length, (index) => {
    const [second, root] = [index / RATE, [220, 262, 196, 247][Math.floor(index / RATE) % 4]];
    return [1, 1.25, 1.5, 2].reduce((sum, ratio) => sum + Math.sin(2 * Math.PI * root * ratio * second), 0) * Math.exp(-3 * (second % 0.5));
  }),
  clicks: (length) => make(length, (index) => (index % 5_000 < 60 ? normal() : 0.001 * normal())),
};

const clips = recordingsOf(folder).map((samples) => scaled(samples, 0.01));
const { sound, truth } = joined();
const speechPower = meanSquare(sound.filter((_, index) => truth[Math.floor(index / FRAME)]));
console.log(`${clips.length} recordings, ${(sound.length / RATE).toFixed(0)} s in all, ${((truth.filter(Boolean).length * FRAME) / RATE).toFixed(0)} s of speech\n`);
console.log('| with | F1 of the model | F1 of the energy threshold |\n|---|---|---|');
const totals = { model: [], energy: [] };
for (const [name, ratio] of [['nothing', 60], ...Object.keys(NOISES).flatMap((noise) => [20, 10, 5, 0].map((db) => [noise, db]))]) {
  const noise = scaled((NOISES[name] ?? NOISES.white)(sound.length), speechPower / 10 ** (ratio / 10));
  const mixed = sound.map((sample, index) => sample + noise[index]);
  const heard = (await probabilitiesOf(mixed)).map((probability) => probability >= 0.5);
  const levels = levelsOf(mixed);
  totals.model.push(f1(heard));
  totals.energy.push({ levels });
  console.log(`| ${name}${name === 'nothing' ? '' : `, ${ratio} dB below`} | ${f1(heard).toFixed(3)} | ${bestEnergy([levels]).toFixed(3)} |`);
}
const mean = totals.model.reduce((sum, value) => sum + value, 0) / totals.model.length;
console.log(`| mean | ${mean.toFixed(3)} | ${bestEnergy(totals.energy.map(({ levels }) => levels)).toFixed(3)} with one threshold for all |\n`);
console.log('| 60 s without speech | s taken for speech |\n|---|---|');
for (const [name, noise] of Object.entries({ silence: (length) => make(length, () => 0), ...NOISES })) {
  const samples = name === 'silence' ? noise(60 * RATE) : scaled(noise(60 * RATE), 0.01);
  const frames = (await probabilitiesOf(samples)).filter((probability) => probability >= 0.5).length;
  console.log(`| ${name} | ${((frames * FRAME) / RATE).toFixed(1)} |`);
}

function recordingsOf(root) {
  const waves = ['cards', 'librivox'].flatMap((name) => readdirSync(path.join(root, name)).filter((file) => file.endsWith('.wav')).sort().map((file) => path.join(root, name, file)));
  return [...waves, ...['goforward.raw', 'numbers.raw', 'something.raw'].map((file) => path.join(root, file))].map((file) => {
    const bytes = readFileSync(file);
    const start = file.endsWith('.wav') ? bytes.indexOf('data') + 8 : 0;
    return make(Math.floor((bytes.length - start) / 2), (index) => bytes.readInt16LE(start + 2 * index) / 2 ** 15);
  });
}

/** All recordings with silence between them, and for each frame whether somebody speaks. */
function joined() {
  const parts = [];
  const truth = [];
  for (const clip of clips) {
    const gap = Math.round((1 + 2 * random()) * RATE / FRAME);
    const whole = new Float32Array(Math.ceil(clip.length / FRAME) * FRAME);
    whole.set(clip);
    parts.push(new Float32Array(gap * FRAME), whole);
    truth.push(...Array(gap).fill(false), ...spokenIn(whole));
  }
  const sound = new Float32Array(truth.length * FRAME);
  let at = 0;
  for (const part of parts) {
    sound.set(part, at);
    at += part.length;
  }
  return { sound, truth };
}

function spokenIn(samples) {
  const levels = levelsOf(samples);
  const loudest = Math.max(...levels);
  return closed(levels.map((level) => level > loudest - 35));
}

/** The same rule for what is so and for both that are measured: pauses of up to 0.3 s are no end. */
function closed(frames) {
  const spoken = [...frames];
  const gapMax = Math.round((0.3 * RATE) / FRAME);
  let last = -Infinity;
  for (const [frame, is] of frames.entries()) {
    if (!is) continue;
    if (frame - last <= gapMax) spoken.fill(true, Math.max(0, last), frame);
    last = frame;
  }
  return spoken;
}

function levelsOf(samples) {
  return Array.from({ length: Math.floor(samples.length / FRAME) }, (_, frame) => decibel(meanSquare(samples.subarray(frame * FRAME, (frame + 1) * FRAME))));
}

/** The best that one threshold over the tenth-quietest level can do: it is chosen on what it is measured on. */
function bestEnergy(recordings) {
  const scoresOf = (over) => recordings.map((levels) => {
    const floor = [...levels].sort((a, b) => a - b)[Math.floor(levels.length / 10)];
    return f1(levels.map((level) => level > floor + over));
  });
  return Math.max(...Array.from({ length: 80 }, (_, over) => scoresOf(over / 2 + 0.5).reduce((sum, score) => sum + score, 0) / recordings.length));
}

function f1(frames) {
  const found = closed(frames);
  const [hit, missed, wrong] = [[true, true], [true, false], [false, true]].map(([is, says]) => truth.filter((spoken, frame) => spoken === is && found[frame] === says).length);
  return (2 * hit) / (2 * hit + missed + wrong);
}

async function probabilitiesOf(samples) {
  const frames = samples.length / FRAME;
  const { probabilities } = await session.run({ frames: new ort.Tensor('float32', samples, [frames, FRAME]) });
  return [...probabilities.data];
}
