// Attention of one new token of each text that is generated, to keys and values that are kept in blocks, and the storing of prompts' keys and values.

#pragma once

#include "attention.h"

// Generators keep keys and values for the steps behind a prompt, in blocks of some tokens. Kernels that read or store them take
//   qkv [tokens, 3, heads, size]: queries, keys and values of the tokens of this run
//   keys, values: blocks, as Halves or Codes say
//   places [tokens]: where a token's go, in tokens; below 0 for nowhere
constexpr int BlockTokens = 64; // of a block, as the caller has them

// Keys and values in 16 bits: [blocks, 64, heads, size].
struct Halves
{
    typedef half Number;
    static constexpr int Each = 8; // numbers of a lane: 16 bytes

    float query[Each];

    METHOD void take(const float (&numbers)[Each], int)
    {
#pragma unroll
        for (int i = 0; i < Each; i++)
        {
            query[i] = numbers[i];
        }
    }

    METHOD static const half *find(const half *blocks, int block, int token, int head, int heads, int size)
    {
        return blocks + (((long)block * BlockTokens + token) * heads + head) * size;
    }

    METHOD static float scale(const half *, int, int, int, int, int) { return 1; }

    // The lanes' part of query times key.
    METHOD float score(uint4x key, int lanes) const
    {
        float numbers[Each], sum = 0;
        widen8(key, numbers);
#pragma unroll
        for (int i = 0; i < Each; i++)
        {
            sum += query[i] * numbers[i];
        }

        for (int distance = 1; distance < lanes; distance *= 2)
        {
            sum += across(sum, distance);
        }

        return sum;
    }

    template <int Count> METHOD static void add(float (&sum)[Each], const uint4x (&values)[Count], const float (&weights)[Count])
    {
#pragma unroll
        for (int i = 0; i < Count; i++)
        {
            float numbers[Each];
            uint4x value = values[i];
            widen8(value, numbers);
#pragma unroll
            for (int j = 0; j < Each; j++)
            {
                sum[j] += weights[i] * numbers[j];
            }
        }
    }

    // A token's key and value of one head, by a block of threads.
    METHOD static void store(const half *key, const half *value, half *keys, half *values, int place, int head, int heads, int size)
    {
        const long at = ((long)place * heads + head) * size;
        for (int i = thread(); i < size && place >= 0; i += AttentionThreads)
        {
            keys[at + i] = key[i];
            values[at + i] = value[i];
        }
    }
};

// Keys and values in 8 bits, with a scale for each token of each head: blocks of codes [heads, 64, size], then of scales, float32 [heads, 64].
struct Codes
{
    typedef code Number;
    static constexpr int Each = 16;

    // The query in 16 bits, of which the high 8 and the low 8 are multiplied one after the other: exact, and a quarter of the work of floats.
    unsigned high[4], low[4];
    float queryScale;

    METHOD void take(const float (&numbers)[Each], int lanes)
    {
        float most = 0;
#pragma unroll
        for (int i = 0; i < Each; i++)
        {
            most = larger(most, numbers[i] < 0 ? -numbers[i] : numbers[i]);
        }

        for (int distance = 1; distance < lanes; distance *= 2)
        {
            most = larger(most, across(most, distance));
        }

        queryScale = most / 32767;
        const float inverse = most > 0 ? 32767 / most : 0;
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            unsigned n[4];
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                n[j] = (unsigned)nearest(numbers[4 * i + j] * inverse);
            }

            low[i] = bytes(bytes(n[0], n[1], 0x40), bytes(n[2], n[3], 0x40), 0x5410);
            high[i] = bytes(bytes(n[0], n[1], 0x51), bytes(n[2], n[3], 0x51), 0x5410);
        }
    }

    METHOD static long block_bytes(int heads, int size) { return (long)BlockTokens * heads * (size + (int)sizeof(float)); }

    METHOD static const code *find(const code *blocks, int block, int token, int head, int heads, int size)
    {
        return blocks + block * block_bytes(heads, size) + (head * BlockTokens + token) * size;
    }

    METHOD static float scale(const code *blocks, int block, int token, int head, int heads, int size)
    {
        return ((const float *)(blocks + block * block_bytes(heads, size) + heads * BlockTokens * size))[head * BlockTokens + token];
    }

    METHOD float score(uint4x key, int lanes) const
    {
        int highs = 0, lows = 0;
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            highs = dot(key[i], high[i], highs);
            lows = dot_unsigned(key[i], low[i], lows);
        }

        int sum = highs * 256 + lows;
        for (int distance = 1; distance < lanes; distance *= 2)
        {
            sum += across(sum, distance);
        }

        return (float)sum * queryScale;
    }

    // Adds up the few tokens in 16 bits, and what they add up to in 32. The largest of the weights, which have the values' scales in them, becomes 1: so 16 bits
    // will do however small or large values are.
    template <int Count> METHOD static void add(float (&sum)[Each], const uint4x (&values)[Count], const float (&weights)[Count])
    {
        float most = 0;
#pragma unroll
        for (int i = 0; i < Count; i++)
        {
            most = larger(most, weights[i]);
        }

        const float inverse = most > 1e-30f ? reciprocal(most) : 0;
        unsigned some[Each / 2] = {};
#pragma unroll
        for (int i = 0; i < Count; i++)
        {
            uint4x value = values[i];
            const unsigned weight = narrow2(weights[i] * inverse, weights[i] * inverse);
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                // A byte from 0 to 255 behind the byte 0x64 is 1024 and that byte, as a number of 16 bits; 0xe480 is -1152.
                const unsigned shifted = value[j] ^ 0x80808080;
                some[2 * j] = multiply_add2(add2(bytes(shifted, 0x64646464, 0x5140), 0xe480e480), weight, some[2 * j]);
                some[2 * j + 1] = multiply_add2(add2(bytes(shifted, 0x64646464, 0x5342), 0xe480e480), weight, some[2 * j + 1]);
            }
        }

#pragma unroll
        for (int i = 0; i < Each / 2; i++)
        {
            sum[2 * i] += most * widen((half)some[i]);
            sum[2 * i + 1] += most * widen((half)(some[i] >> 16));
        }
    }

    // Numbers of a token's head by so many lanes, 8 of each; the lanes of a warp come together, those with none to store are not wanted.
    METHOD static void store(const half *from, code *blocks, int place, int head, int heads, int size, int lane, int lanes, bool wanted)
    {
        const int column = lane * 8 < size ? lane * 8 : 0;
        float numbers[8], most = 0;
        widen8(load(from + column), numbers);
#pragma unroll
        for (int i = 0; i < 8; i++)
        {
            most = larger_or_none(most, numbers[i] < 0 ? -numbers[i] : numbers[i]);
        }

        for (int distance = 1; distance < lanes; distance *= 2)
        {
            most = larger_or_none(most, across(most, distance));
        }

        if (!wanted || place < 0 || lane * 8 >= size)
        {
            return;
        }

        const float inverse = most > 0 ? 127 / most : 0;
        unsigned codes[2] = {};
#pragma unroll
        for (int i = 0; i < 8; i++)
        {
            codes[i / 4] |= (unsigned)(nearest(numbers[i] * inverse) & 255) << i % 4 * 8;
        }

        code *block = blocks + place / BlockTokens * block_bytes(heads, size);
        const int token = head * BlockTokens + place % BlockTokens;
        *(unsigned long *)(block + token * size + column) = codes[0] | (unsigned long)codes[1] << 32;
        if (column == 0)
        {
            ((float *)(block + heads * BlockTokens * size))[token] = most / 127;
        }
    }

    // A token's key and value of one head, by a block of threads: a warp for each.
    METHOD static void store(const half *key, const half *value, code *keys, code *values, int place, int head, int heads, int size)
    {
        const int warp = thread() / 32;
        if (warp < 2)
        {
            store(warp == 0 ? key : value, warp == 0 ? keys : values, place, head, heads, size, thread() % 32, 32, true);
        }
    }
};

// A step: one token of each row attends to the row's past and itself; its key and value are stored. A block of threads for each head of each row: lanes of some
// numbers make a group that takes every n-th token, with a running softmax of its own; the groups are merged at the end.
//   queryBias [heads, size]
//   past [rows]: tokens of each row before this run
//   table [rows, rowBlocks]: the blocks of each row, in order
//   slopes [heads]: added to a score is slope * (position of the key - position of the query)
//   output [tokens, heads, size]
//   size: a multiple of 8 up to 128, of 16 for codes
//   lanes: the power of two of at least size / Each.
//   scale: factor of the scores
constexpr int Ahead = 4; // tokens that a group has on the way

template <typename Cache>
DEVICE void attend_step(
    const int lanes, const half *qkv, const half *queryBias, typename Cache::Number *keys, typename Cache::Number *values, const int *past,
    const int *table, const int *places, const float *slopes, half *output, int heads, int size, int rowBlocks, float scale)
{
    constexpr int Each = Cache::Each;
    const int head = block_x(), row = block_y();
    const int lane = thread() % lanes, group = thread() / lanes, groups = AttentionThreads / lanes;
    const bool idle = lane * Each >= size;
    const int column = idle ? 0 : lane * Each; // an idle lane reads what another reads, and adds nothing
    const int before = past[row];
    const float slope = slopes[head] * Log2E;
    const half *query = qkv + ((long)row * 3 * heads + head) * size;
    const half *key = query + (long)heads * size;
    const half *value = key + (long)heads * size;
    const int *blocks = table + (long)row * rowBlocks;

    // To the token itself.
    float q[Each], sum[Each], most = 0, total = 1;
#pragma unroll
    for (int i = 0; i < Each; i += 8)
    {
        float bias[8], own[8];
        widen8(load(query + column + i), q + i);
        widen8(load(queryBias + head * size + column + i), bias);
        widen8(load(key + column + i), own);
        widen8(load(value + column + i), sum + i);
#pragma unroll
        for (int j = 0; j < 8; j++)
        {
            q[i + j] = idle ? 0 : (q[i + j] + bias[j]) * (scale * Log2E);
            most += q[i + j] * own[j];
        }
    }

    for (int distance = 1; distance < lanes; distance *= 2)
    {
        most += across(most, distance);
    }

    if (group > 0)
    {
        most = Lowest;
        total = 0;
#pragma unroll
        for (int i = 0; i < Each; i++)
        {
            sum[i] = 0;
        }
    }

    // A group whose tokens are at an end goes along with the row's first one, at no weight: the lanes of a warp add up together.
    Cache cache;
    cache.take(q, lanes);
    for (int first = 0; first < before; first += groups * Ahead)
    {
        uint4x k[Ahead], v[Ahead];
        float keyScales[Ahead], valueScales[Ahead];
#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            const int token = first + i * groups + group, stored = token < before ? token : 0;
            const int block = blocks[stored / BlockTokens], place = stored % BlockTokens;
            k[i] = load(Cache::find(keys, block, place, head, heads, size) + column);
            v[i] = load(Cache::find(values, block, place, head, heads, size) + column);
            keyScales[i] = Cache::scale(keys, block, place, head, heads, size);
            valueScales[i] = Cache::scale(values, block, place, head, heads, size);
        }

        float scores[Ahead], higher = most;
#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            const int token = first + i * groups + group;
            const float score = cache.score(k[i], lanes) * keyScales[i] + slope * (float)(token - before);
            scores[i] = token < before ? score : Lowest;
            higher = larger(higher, scores[i]);
        }

        const float shrink = power2(most - higher);
        most = higher;
        total *= shrink;
#pragma unroll
        for (int i = 0; i < Each; i++)
        {
            sum[i] *= shrink;
        }

#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            scores[i] = first + i * groups + group < before ? power2(scores[i] - most) : 0;
            total += scores[i];
            scores[i] *= valueScales[i];
        }

        Cache::add(sum, v, scores);
    }

    // The groups of a warp, then the warps.
    for (int distance = lanes; distance < 32; distance *= 2)
    {
        const float higher = larger(most, across(most, distance)), shrink = power2(most - higher);
        most = higher;
        total *= shrink;
        total += across(total, distance);
#pragma unroll
        for (int i = 0; i < Each; i++)
        {
            sum[i] *= shrink;
            sum[i] += across(sum[i], distance);
        }
    }

    constexpr int Warps = AttentionThreads / 32;
    SHARED float sums[Warps][MostNumbers], mosts[Warps], totals[Warps];
    if (thread() % 32 < lanes && !idle)
    {
        mosts[thread() / 32] = most;
        totals[thread() / 32] = total;
#pragma unroll
        for (int i = 0; i < Each; i++)
        {
            sums[thread() / 32][column + i] = sum[i];
        }
    }

    barrier();
    for (int i = thread(); i < size; i += AttentionThreads)
    {
        float highest = mosts[0], merged = 0, all = 0;
#pragma unroll
        for (int warp = 1; warp < Warps; warp++)
        {
            highest = larger(highest, mosts[warp]);
        }

#pragma unroll
        for (int warp = 0; warp < Warps; warp++)
        {
            const float weight = power2(mosts[warp] - highest);
            all += weight * totals[warp];
            merged += weight * sums[warp][i];
        }

        output[((long)row * heads + head) * size + i] = narrow(merged / all);
    }

    Cache::store(key, value, keys, values, places[row], head, heads, size);
}

// The usual sizes of heads, 64 and 128, are compiled for themselves.
#define STEP_ATTENTION(name, Cache) \
    KERNEL name( \
        const half *qkv, const half *queryBias, Cache::Number *keys, Cache::Number *values, const int *past, const int *table, const int *places, \
        const float *slopes, half *output, int heads, int size, int lanes, int rowBlocks, float scale) \
    { \
        if (lanes == 64 / Cache::Each) \
        { \
            attend_step<Cache>(64 / Cache::Each, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, rowBlocks, scale); \
        } \
        else if (lanes == 128 / Cache::Each) \
        { \
            attend_step<Cache>(128 / Cache::Each, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, rowBlocks, scale); \
        } \
        else \
        { \
            attend_step<Cache>(lanes, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, rowBlocks, scale); \
        } \
    }

STEP_ATTENTION(step_attention, Halves)
STEP_ATTENTION(step_attention_codes, Codes)

// Store keys and values of prompts. A block of threads for each token.
//   width: heads * size
KERNEL store_prompts(const half *qkv, half *keys, half *values, const int *places, int width)
{
    const int token = block_x(), place = places[token];
    const half *key = qkv + ((long)token * 3 + 1) * width;
    for (int i = thread() * 8; i < width && place >= 0; i += AttentionThreads * 8)
    {
        *(uint4x *)(keys + (long)place * width + i) = load(key + i);
        *(uint4x *)(values + (long)place * width + i) = load(key + width + i);
    }
}

//   lanes: the power of two of at least size / 8
KERNEL store_prompt_codes(const half *qkv, code *keys, code *values, const int *places, int heads, int size, int lanes)
{
    const int token = block_x(), place = places[token], lane = thread() % lanes;
    const half *key = qkv + ((long)token * 3 + 1) * heads * size, *value = key + (long)heads * size;
    for (int first = 0; first < heads; first += AttentionThreads / lanes)
    {
        const bool wanted = first + thread() / lanes < heads;
        const int head = wanted ? first + thread() / lanes : 0;
        Codes::store(key + head * size, keys, place, head, heads, size, lane, lanes, wanted);
        Codes::store(value + head * size, values, place, head, heads, size, lane, lanes, wanted);
    }
}
