"""Sounds and voices as WAV files: waves, a few bells, and a hum that follows the words."""

import io
import math
import random
import re
import sys
import wave
from array import array
from collections.abc import Iterable

SAMPLES_PER_SECOND = 16_000
MAX_SAMPLE = 32_767  # 16 bits, signed
_MIN_SECONDS, _DEFAULT_SECONDS, _MAX_SECONDS = 0.5, 3.0, 15.0
_SCALE = (261.63, 293.66, 329.63, 392.00, 440.00, 523.25, 587.33)  # Hz: C pentatonic
_OVERTONES = ((1.0, 0.6), (2.0, 0.25), (3.01, 0.15))
_NOISY = re.compile(r"\b(?:waves?|sea|ocean|surf|rain|wind|storm|beach)\b")
_WAVE_SECONDS = 3.5
# The first two formants (Hz) of a, e, i, o and u; consonants borrow a neighbour's.
_VOWELS = {"a": (800, 1200), "e": (450, 2000), "i": (300, 2300), "o": (450, 850), "u": (320, 800)}


def tune(seed: str, seconds: float | None) -> bytes:
    """Return the sea where the seed names it, else bells whose notes are picked by the seed."""
    dice = random.Random(seed)  # noqa: S311 - the same seed shall give the same sound
    beat = 0.25
    samples = _silence(seconds)
    if _NOISY.search(seed.casefold()):
        _surf(samples, dice)
        return _wav(samples)
    for number in range(int(len(samples) / SAMPLES_PER_SECOND / beat)):
        if number and dice.random() < 0.3:  # noqa: PLR2004 - a rest now and then
            continue
        _ring(samples, int(number * beat * SAMPLES_PER_SECOND), dice.choice(_SCALE))
    return _wav(samples)


def speech(words: str, seconds: float | None) -> bytes:
    """Return a hum with a vowel for each letter: no words, but somebody's voice."""
    samples = _silence(seconds)
    letters = [letter for letter in words.casefold() if letter.isalpha() or letter == " "] or ["a"]
    formants = _VOWELS["a"]
    for index in range(len(samples)):
        at = index / SAMPLES_PER_SECOND
        letter = letters[int(at * 9) % len(letters)]
        formants = _VOWELS.get(letter, formants)
        if letter == " ":
            continue
        pitch = 130 + 12 * math.sin(at * 5)
        buzz = sum(
            math.exp(-(((pitch * n - formant) / 220) ** 2)) * math.sin(2 * math.pi * pitch * n * at)
            for formant in formants
            for n in (round(formant / pitch), round(formant / pitch) + 1)
        )
        swell = math.sin(math.pi * (at * 9 % 1)) ** 0.5
        samples[index] = 0.4 * swell * buzz
    return _wav(samples)


def _silence(seconds: float | None) -> "array[float]":
    length = min(max(seconds or _DEFAULT_SECONDS, _MIN_SECONDS), _MAX_SECONDS)
    return array("d", bytes(8 * int(length * SAMPLES_PER_SECOND)))


def _surf(samples: "array[float]", dice: random.Random) -> None:
    """Let noise come and go, as waves do."""
    low = 0.0
    for index in range(len(samples)):
        swell = 0.5 - 0.5 * math.cos(2 * math.pi * index / SAMPLES_PER_SECOND / _WAVE_SECONDS)
        low += (0.05 + 0.2 * swell) * (dice.uniform(-1, 1) - low)
        samples[index] = (0.25 + 0.9 * swell) * low


def _ring(samples: "array[float]", start: int, pitch: float) -> None:
    for index in range(start, min(start + SAMPLES_PER_SECOND, len(samples))):
        at = (index - start) / SAMPLES_PER_SECOND
        tone = sum(
            loud * math.sin(2 * math.pi * pitch * multiple * at) for multiple, loud in _OVERTONES
        )
        samples[index] += 0.35 * tone * math.exp(-4 * at) * min(1.0, at * 200)


def _wav(samples: Iterable[float]) -> bytes:
    frames = array("h", (int(max(-1.0, min(1.0, sample)) * MAX_SAMPLE) for sample in samples))
    if sys.byteorder == "big":
        frames.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(frames.itemsize)
        out.setframerate(SAMPLES_PER_SECOND)
        out.writeframes(frames.tobytes())
    return file.getvalue()
