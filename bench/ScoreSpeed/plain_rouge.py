"""ROUGE-1, -2, -L and -Lsum as published code computes them: counters of n-grams, tables of longest common subsequences. The yardstick for speed."""
import re
from collections import Counter

TOKEN = re.compile(r"[a-z0-9]+|[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def tokens(text):
    return TOKEN.findall(text.lower())


def prf(hits, reference, candidate):
    p, r = hits / max(candidate, 1), hits / max(reference, 1)
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def table(a, b):
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                rows[i][j] = rows[i - 1][j - 1] + 1
            else:
                rows[i][j] = max(rows[i - 1][j], rows[i][j - 1])
    return rows


def positions(reference, candidate):
    rows, i, j, found = table(reference, candidate), len(reference), len(candidate), set()
    while i and j:
        if reference[i - 1] == candidate[j - 1]:
            i, j = i - 1, j - 1
            found.add(i)
        elif rows[i][j - 1] > rows[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return found


def union(reference_lines, candidate_lines):
    left = Counter(t for line in reference_lines for t in line), Counter(t for line in candidate_lines for t in line)
    hits = 0
    for line in reference_lines:
        for at in sorted(set().union(*(positions(line, other) for other in candidate_lines))):
            if left[0][line[at]] > 0 and left[1][line[at]] > 0:
                hits += 1
                left[0][line[at]] -= 1
                left[1][line[at]] -= 1
    return hits


def scores(reference, candidate):
    r, c = tokens(reference), tokens(candidate)
    result = {}
    for n in (1, 2):
        grams = [Counter(tuple(s[i:i + n]) for i in range(len(s) - n + 1)) for s in (r, c)]
        result[f"rouge{n}"] = prf(sum((grams[0] & grams[1]).values()), len(r) - n + 1, len(c) - n + 1)
    result["rougeL"] = prf(table(r, c)[-1][-1], len(r), len(c))
    lines = [[tokens(line) for line in text.split("\n")] for text in (reference, candidate)]
    result["rougeLsum"] = prf(union(*lines), len(r), len(c))
    return result
