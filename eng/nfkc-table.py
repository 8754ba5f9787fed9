"""Writes src/TextMetrics/Tokenization/nfkc.txt, the data of the normalization forms NFKC (the char-nfkc tokenizer), NFC and NFD (models'
tokenizers), from Python's unicodedata.

Usage: python3 eng/nfkc-table.py > src/TextMetrics/Tokenization/nfkc.txt
A Python with another Unicode version changes scores: raise the tokenizer's version then.
"""
import sys
import unicodedata as u

HANGUL = range(0xAC00, 0xD7A4)
points = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000 and c not in HANGUL]
lines = [f"# Unicode {u.unidata_version} (Unicode License v3, unicode.org/license.txt), written by eng/nfkc-table.py.",
         "# C point decomposition (full, canonical; Hangul is computed) | D point decomposition (full, compatibility, where another one) |"
         " R first last combining-class | P first second composite"]

for c in points:
    canonical, compatible = (u.normalize(form, chr(c)) for form in ("NFD", "NFKD"))
    for kind, d, other in ("C", canonical, chr(c)), ("D", compatible, canonical):
        if d != other:
            lines.append(kind + " " + " ".join(f"{x:X}" for x in [c, *map(ord, d)]))

start = None
for c in range(0x110001):
    k = u.combining(chr(c)) if c < 0x110000 else 0
    if start is not None and k != start[1]:
        lines.append(f"R {start[0]:X} {c - 1:X} {start[1]}")
        start = None
    if start is None and k:
        start = (c, k)

for c in points:
    d = u.decomposition(chr(c))
    if d and "<" not in d and len(d.split()) == 2:
        a, b = (int(x, 16) for x in d.split())
        if u.normalize("NFC", chr(a) + chr(b)) == chr(c):
            lines.append(f"P {a:X} {b:X} {c:X}")

sys.stdout.write("\n".join(lines) + "\n")
