#!/usr/bin/env python3
"""Have synthesizers say the ten digits and write varied clips of 1.5 seconds for training.

    python3 make_clips.py --output clips

Needs Debian's flite and espeak-ng. Writes clips.raw (int16, one clip after the other) and
clips.json (labels and voices, in the same order). Everything random is drawn from one seed.
"""
import argparse
import json
import pathlib
import subprocess

import numpy
from scipy.signal import butter, fftconvolve, lfilter, resample_poly

RATE = 16_000
LENGTH = RATE * 3 // 2
DIGITS = ('zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine')
FLITE_VOICES = ('awb', 'rms', 'slt', 'kal16', 'kal')
ESPEAK_ACCENTS = ('en-us', 'en-gb', 'en-gb-x-rp', 'en-gb-scotland', 'en-gb-x-gbclan', 'en-gb-x-gbcwmd', 'en-029')
ESPEAK_VARIANTS = (
    'f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 Alex Alicia Andrea Andy Annie Denis Diogo Gene Henrique Hugo Jacky Lee Marco Mario Michael Mike'
    ' Nguyen RicishayMax Tweaky adam anika antonio aunty belinda benjamin boris caleb david ed edward grandma grandpa gustave iven john'
    ' kaukovalta klatt klatt2 klatt3 klatt4 linda marcelo max michel miguel norbert pablo paul pedro quincy rob robert sandro shelby steph'
    ' travis victor zac'
).split()
FLITE_COPIES = 12
FLITE_VARIATIONS = 16
ESPEAK_COPIES = 2


def parse_arguments():
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--output', type=pathlib.Path, required=True, help='a folder')
    parser.add_argument('--seed', type=int, default=20261129)
    return parser.parse_args()


def run_wav(command):
    """Run a synthesizer that writes a WAV to its output and return float samples at 16 kHz without silence around."""
    content = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    # The sizes in a WAV that went through a pipe are not filled in.
    start = content.index(b'data') + 8
    rate = int.from_bytes(content[24:28], 'little')
    samples = numpy.frombuffer(content[start:start + (len(content) - start) // 2 * 2], '<i2').astype(numpy.float64) / 2 ** 15
    return trimmed(resample_poly(samples, RATE, rate) if rate != RATE else samples)


def trimmed(samples):
    """Cut what is 40 dB below the loudest 10 ms from both ends."""
    frame = RATE // 100
    levels = numpy.sqrt((samples[:len(samples) // frame * frame].reshape(-1, frame) ** 2).mean(1))
    loud = numpy.flatnonzero(levels > levels.max() / 100)
    return samples[loud[0] * frame:(loud[-1] + 1) * frame]


def spoken(random):
    """Give (label, voice, samples, copies) of every voice and digit."""
    for label, digit in enumerate(DIGITS):
        for voice in FLITE_VOICES:
            for _ in range(FLITE_VARIATIONS):
                stretch, pitch = random.uniform(0.75, 1.35), random.uniform(0.8, 1.3)
                mean = {'slt': 180, 'awb': 120}.get(voice, 105) * pitch
                command = ['flite', '-voice', voice, '-t', digit, '--setf', f'duration_stretch={stretch:.3f}', '--setf', f'int_f0_target_mean={mean:.1f}', '-o', '/dev/stdout']
                yield label, f'flite-{voice}', run_wav(command), FLITE_COPIES if voice in ('awb', 'rms', 'slt') else 3
        for accent in ESPEAK_ACCENTS:
            for variant in ESPEAK_VARIANTS:
                speed, pitch = random.integers(110, 220), random.integers(25, 75)
                command = ['espeak-ng', '-v', f'{accent}+{variant}', '-s', str(speed), '-p', str(pitch), '--stdout', digit]
                yield label, f'espeak-{variant}', run_wav(command), ESPEAK_COPIES


def tempo(samples, random):
    """Faster and higher or slower and lower, by up to a sixth."""
    factor = random.uniform(0.86, 1.16)
    places = numpy.arange(0, len(samples) - 1, factor)
    return numpy.interp(places, numpy.arange(len(samples)), samples)


def room(samples, random):
    """An echo as a small room has it: noise that dies away."""
    length = int(RATE * random.uniform(0.05, 0.4))
    response = random.normal(size=length) * numpy.exp(-6 * numpy.arange(length) / length) * random.uniform(0.02, 0.15)
    response[0] = 1
    return fftconvolve(samples, response)


def microphone(samples, random):
    """A band that a telephone or a poor microphone lets through, and a tilt."""
    if random.random() < 0.4:
        low, high = random.uniform(80, 350), random.uniform(2_800, 7_000)
        samples = lfilter(*butter(2, [low, high], 'band', fs=RATE), samples)
    return lfilter([1, random.uniform(-0.6, 0.6)], [1], samples)


def noise(random):
    """White noise, noise that is stronger in the bass, or a hum."""
    kind = random.integers(3)
    white = random.normal(size=LENGTH)
    if kind == 0:
        return white
    if kind == 1:
        return lfilter([1], [1, -random.uniform(0.7, 0.98)], white)
    hertz = random.choice([50, 60]) * numpy.arange(1, 5)[:, None]
    return numpy.sin(2 * numpy.pi * hertz * numpy.arange(LENGTH) / RATE + random.uniform(0, 6, (4, 1))).sum(0) + 0.2 * white


def varied(samples, random):
    """Give one clip of 1.5 seconds as int16: a recording with noise, and silence around it where it is shorter."""
    changed = microphone(tempo(samples, random), random)
    if random.random() < 0.6:
        changed = room(changed, random)
    changed = changed[:LENGTH]
    free = LENGTH - len(changed)
    length = LENGTH if random.random() < 0.5 else len(changed) + int(random.uniform(0, free))
    recording = noise(random)[:length]
    recording *= numpy.sqrt((changed ** 2).mean() / (recording ** 2).mean() / 10 ** (random.uniform(5, 45) / 10))
    room_before = length - len(changed)
    start = int(numpy.clip(room_before / 2 + random.uniform(-0.2, 0.2) * RATE, 0, room_before))
    recording[start:start + len(changed)] += changed
    clip = numpy.zeros(LENGTH)
    clip[(LENGTH - length) // 2:(LENGTH - length) // 2 + length] = recording
    clip *= random.uniform(0.03, 0.9) / numpy.abs(clip).max()
    return numpy.round(clip * 32_767).astype('<i2')


def main():
    """Write the clips and what they are."""
    arguments = parse_arguments()
    random = numpy.random.default_rng(arguments.seed)
    arguments.output.mkdir(parents=True, exist_ok=True)
    labels, voices = [], []
    with open(arguments.output / 'clips.raw', 'wb') as raw:
        for label, voice, samples, copies in spoken(random):
            for _ in range(copies):
                raw.write(varied(samples, random).tobytes())
                labels.append(label)
                voices.append(voice)
    (arguments.output / 'clips.json').write_text(json.dumps({'labels': labels, 'voices': voices}))
    print(f'{len(labels)} clips of {len(set(voices))} voices')


if __name__ == '__main__':
    main()
