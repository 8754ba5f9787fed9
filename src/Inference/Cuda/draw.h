// Draws of samples from logits.

#pragma once

#include "attention.h"

constexpr int DrawThreads = 1024; // as the caller launches it

// Numbers as whole ones of the same order.
DEVICE unsigned order(half x) { return x & 0x8000 ? ~x & 0xffffu : x | 0x8000u; }

// What all threads of the block have, added up. Whole numbers, so that the sum does not depend on the order.
DEVICE unsigned long add_up(unsigned long x)
{
    SHARED unsigned long sums[32];
    for (int round = 0; round < 2; round++)
    {
        for (int distance = 1; distance < 32; distance *= 2)
        {
            x += across(x, distance);
        }

        if (round == 0)
        {
            barrier(); // before the last sums are overwritten
            sums[thread() / 32] = x;
            barrier();
            x = sums[thread() % 32];
        }
    }

    return x;
}

// What the ids weigh together whose logits are at least, or exactly, so high.
template <typename Weigh> DEVICE unsigned long weigh_all(const half *logits, int width, unsigned lowest, unsigned highest, const Weigh &weigh)
{
    unsigned long sum = 0;
    for (int id = thread(); id < width; id += DrawThreads)
    {
        const unsigned logit = order(logits[id]);
        sum += logit >= lowest && logit <= highest ? weigh(logits[id]) : 0;
    }

    return add_up(sum);
}

// The highest logit that, with all higher ones, weighs as much as is wanted; bit by bit.
template <typename Weigh> DEVICE unsigned find_threshold(const half *logits, int width, unsigned lowest, unsigned long wanted, const Weigh &weigh)
{
    unsigned found = 0;
    for (unsigned bit = 0x8000; bit > 0; bit >>= 1)
    {
        const unsigned tried = found | bit;
        found = weigh_all(logits, width, tried > lowest ? tried : lowest, 0xffff, weigh) >= wanted ? tried : found;
    }

    return found > lowest ? found : lowest;
}

// Draws an id of a row of logits, as TokenDraw says: those that are kept, in ascending order, divide [0, 1) by their probabilities. A block of threads for each draw.
//   logits [rows, width]
//   rows [draws]: whose logits
//   scales [draws]: log2(e) / temperature
//   counts [draws]: logits that reach the count-th highest are kept; 0 for all
//   masses [draws]: of those the fewest with the highest logits are kept, lower ids first, whose probabilities reach this sum; 1 for all
//   uniforms [draws]: in [0, 1)
//   ids, chosen [draws]: the id and its logit
KERNEL BOUND(DrawThreads, 1) draw(
    const half *logits, const int *rows, const float *scales, const int *counts, const float *masses, const double *uniforms, int *ids, float *chosen, int width)
{
    const int draw = block_x(), each = (width + DrawThreads - 1) / DrawThreads;
    const half *row = logits + (long)rows[draw] * width;
    float most = Lowest;
    for (int id = thread(); id < width; id += DrawThreads)
    {
        most = larger(most, widen(row[id]));
    }

    SHARED float mosts[32];
    for (int round = 0; round < 2; round++)
    {
        for (int distance = 1; distance < 32; distance *= 2)
        {
            most = larger(most, across(most, distance));
        }

        if (round == 0)
        {
            mosts[thread() / 32] = most;
            barrier();
            most = mosts[thread() % 32];
        }
    }

    // Weights as whole numbers, 2^40 for the highest: 2^23 ids could be added up.
    const float scale = scales[draw], mass = masses[draw];
    const auto one = [](half) { return 1ul; };
    const auto weight = [=](half logit) { return (unsigned long)(power2((widen(logit) - most) * scale) * 0x1p40f); };
    unsigned lowest = counts[draw] > 0 ? find_threshold(row, width, 0, (unsigned long)counts[draw], one) : 0;

    // Of the ids at the threshold so many are kept.
    unsigned long share = 0, kept = ~0ul;
    if (mass < 1)
    {
        const double wanted = (double)mass * (double)weigh_all(row, width, lowest, 0xffff, weight);
        lowest = find_threshold(row, width, lowest, wanted > 1 ? (unsigned long)wanted : 1, weight);
        share = (unsigned long)wanted;
    }

    const unsigned long above = weigh_all(row, width, lowest + 1, 0xffff, weight), level = weigh_all(row, width, lowest, lowest, one);
    const unsigned long together = weigh_all(row, width, lowest, lowest, weight), single = level > 0 ? together / level : 0;
    if (mass < 1 && single > 0)
    {
        const unsigned long needed = share > above ? (share - above + single - 1) / single : 1;
        kept = needed > 1 ? needed : 1;
    }

    kept = kept < level ? kept : level;
    const unsigned long all = above + kept * single;

    // A thread adds up ids that follow each other; one looks for the place.
    SHARED unsigned long sums[DrawThreads];
    SHARED int levels[DrawThreads];
    const int start = thread() * each < width ? thread() * each : width, end = start + each < width ? start + each : width;
    unsigned long sum = 0;
    int same = 0;
    for (int id = start; id < end; id++)
    {
        sum += order(row[id]) > lowest ? weight(row[id]) : 0;
        same += order(row[id]) == lowest ? 1 : 0;
    }

    sums[thread()] = sum;
    levels[thread()] = same;
    barrier();
    if (thread() > 0)
    {
        return;
    }

    unsigned long left = (unsigned long)(uniforms[draw] * (double)all);
    left = left < all ? left : all - 1;
    int part = 0, id = 0;
    for (; part < DrawThreads; part++)
    {
        const unsigned long some = (unsigned long)levels[part] < kept ? (unsigned long)levels[part] : kept, here = sums[part] + some * single;
        if (left < here)
        {
            break;
        }

        left -= here;
        kept -= some;
    }

    for (int i = part * each; i < width && i < (part + 1) * each; i++)
    {
        const unsigned logit = order(row[i]);
        const bool isLevel = logit == lowest && kept > 0;
        const unsigned long here = logit > lowest ? weight(row[i]) : isLevel ? single : 0;
        kept -= isLevel ? 1 : 0;
        if (left < here)
        {
            id = i;
            break;
        }

        left -= here;
    }

    ids[draw] = id;
    chosen[draw] = widen(row[id]);
}
