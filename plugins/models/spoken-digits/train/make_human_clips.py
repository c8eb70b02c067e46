#!/usr/bin/env python3
"""Write the digits that people said, as far as Debian has them, as clips of 1.5 seconds for testing.

    python3 make_human_clips.py --saytime <unpacked saytime package> --output human

Needs asterisk-core-sounds-en-wav (Allison Smith), pocketsphinx-testdata (two speakers) and saytime
(David C. Dawson), none of which is trained on. Words within sentences are cut where pocketsphinx
finds their borders. A clip has the word in its middle, as the `audio` op puts it there.
"""
import argparse
import audioop
import json
import pathlib

import numpy
from scipy.signal import resample_poly

from make_clips import DIGITS, LENGTH, RATE

ASTERISK = pathlib.Path('/usr/share/asterisk/sounds/en_US_f_Allison/digits')
SPHINX = pathlib.Path('/usr/share/pocketsphinx/test/data')
# File, word, from and to in seconds.
WORDS = (
    ('tidigits/dhd.2934z.raw', 'two', 0.22, 0.39), ('tidigits/dhd.2934z.raw', 'nine', 0.40, 0.64), ('tidigits/dhd.2934z.raw', 'three', 0.65, 0.87),
    ('tidigits/dhd.2934z.raw', 'four', 0.88, 1.13), ('tidigits/dhd.2934z.raw', 'zero', 1.14, 1.61),
    ('cards/002.wav', 'four', 0.07, 0.55), ('cards/003.wav', 'seven', 0.11, 0.56), ('cards/004.wav', 'five', 0.0, 0.64), ('cards/004.wav', 'five', 0.90, 1.22),
    ('cards/005.wav', 'eight', 0.20, 0.39), ('cards/005.wav', 'four', 1.13, 1.53), ('cards/005.wav', 'seven', 2.26, 2.62),
)
# What is left on both sides of a word that is cut out.
MARGIN_SECONDS = 0.03
SEED = 20261129


def samples_of(path):
    """Return int16 samples of a WAV or a raw file as floats."""
    content = path.read_bytes()
    start = content.index(b'data') + 8 if path.suffix == '.wav' else 0
    return numpy.frombuffer(content[start:start + (len(content) - start) // 2 * 2], '<i2') / 2 ** 15


def words(saytime):
    """Give (label, speaker, samples at 16 kHz)."""
    for label in range(len(DIGITS)):
        yield label, 'Allison Smith', resample_poly(samples_of(ASTERISK / f'{label}.wav'), 2, 1)
        sound = (saytime / f'usr/share/saytime/{label}.au').read_bytes()
        yield label, 'David C. Dawson', resample_poly(numpy.frombuffer(audioop.ulaw2lin(sound, 2), '<i2') / 2 ** 15, 2, 1)
    for name, word, start, end in WORDS:
        first, last = (int(RATE * seconds) for seconds in (max(0, start - MARGIN_SECONDS), end + MARGIN_SECONDS))
        yield DIGITS.index(word), f'{name.split("/")[0]}, within a sentence', samples_of(SPHINX / name)[first:last]


def main():
    """Write the clips and what they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--saytime', type=pathlib.Path, required=True)
    parser.add_argument('--output', type=pathlib.Path, required=True)
    parser.add_argument('--noise-below', type=float, help='lays white noise over all, so many dB below the word')
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    random = numpy.random.default_rng(SEED)
    labels, voices, clips = [], [], []
    for label, voice, samples in words(arguments.saytime):
        clip = numpy.zeros(LENGTH)
        samples = samples[:LENGTH]
        start = (LENGTH - len(samples)) // 2
        clip[start:start + len(samples)] = samples
        if arguments.noise_below is not None:
            clip += random.normal(size=LENGTH) * numpy.sqrt((samples ** 2).mean() / 10 ** (arguments.noise_below / 10))
        labels.append(label)
        voices.append(voice)
        clips.append(numpy.clip(numpy.round(clip * 32_767), -32_768, 32_767).astype('<i2'))
    (arguments.output / 'clips.raw').write_bytes(b''.join(clip.tobytes() for clip in clips))
    (arguments.output / 'clips.json').write_text(json.dumps({'labels': labels, 'voices': voices}))
    print(f'{len(labels)} clips of {len(set(voices))} sources')


if __name__ == '__main__':
    main()
