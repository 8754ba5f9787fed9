// What models need of a GPU beyond what ONNX Runtime has. Built by build-kernels.sh to kernels.ptx, which the driver compiles for the card it finds. No CUDA
// headers: Debian's clang builds it as it is.

#include "attention.h"

ATTENTION(text_attention_64, WarpProducts<64>, false, 4)
ATTENTION(prompt_attention_64, WarpProducts<64>, true, 4)
ATTENTION(prompt_attention_96, WarpProducts<96>, true, 3)
ATTENTION(prompt_attention_128, WarpProducts<128>, true, 2)

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

constexpr int ChoiceThreads = 1024; // as the caller launches it

// Greedy decoding's choice: the id of each row's highest logit, the lowest of equal ones; that logit; log(sum(exp(logit))). A block of threads for each row.
//   logits [rows, width]
KERNEL BOUND(ChoiceThreads, 1) choose_best(const half *logits, long *ids, float *highest, float *logSums, int width)
{
    const int row = block_x();
    const half *numbers = logits + (long)row * width;
    float most = Lowest, sum = 0;
    int id = 0;
    if (width % 8 == 0)
    {
        for (int at = thread() * 8; at < width; at += ChoiceThreads * 8)
        {
            float some[8];
            widen8(load(numbers + at), some);
            float higher = most;
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                id = some[i] > higher ? at + i : id;
                higher = some[i] > higher ? some[i] : higher;
            }

            sum *= power2((most - higher) * Log2E);
            most = higher;
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                sum += power2((some[i] - most) * Log2E);
            }
        }
    }
    else
    {
        for (int at = thread(); at < width; at += ChoiceThreads)
        {
            const float one = widen(numbers[at]), higher = one > most ? one : most;
            id = one > most ? at : id;
            sum = sum * power2((most - higher) * Log2E) + power2((one - higher) * Log2E);
            most = higher;
        }
    }

    SHARED float mosts[32], sums[32];
    SHARED int best[32];
    for (int round = 0; round < 2; round++)
    {
        for (int distance = 1; distance < 32; distance *= 2)
        {
            const float otherMost = across(most, distance), otherSum = across(sum, distance);
            const int otherId = across(id, distance);
            const float higher = otherMost > most ? otherMost : most;
            sum = sum * power2((most - higher) * Log2E) + otherSum * power2((otherMost - higher) * Log2E);
            id = otherMost > most || (otherMost == most && otherId < id) ? otherId : id;
            most = higher;
        }

        if (round == 0)
        {
            if (thread() % 32 == 0)
            {
                mosts[thread() / 32] = most;
                sums[thread() / 32] = sum;
                best[thread() / 32] = id;
            }

            barrier();
            most = mosts[thread() % 32];
            sum = sums[thread() % 32];
            id = best[thread() % 32];
        }
    }

    if (thread() == 0)
    {
        ids[row] = id;
        highest[row] = most;
        logSums[row] = most + logarithm2(sum) / Log2E;
    }
}

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

constexpr int GeluThreads = 256; // as the caller launches it
constexpr int GeluAhead = 4;     // rows on the way

// GELU of value + bias. Blocks of threads side by side for blockRows rows each, on top of each other for the columns, 8 of a thread.
//   x, y [rows, width], bias [width]; width: a multiple of 8. Byte for byte it is memory that takes the time.
KERNEL bias_gelu(const half *x, const half *bias, half *y, int rows, int width, int blockRows, int byTanh)
{
    const int column = (block_y() * GeluThreads + thread()) * 8;
    if (column >= width)
    {
        return;
    }

    float added[8];
    widen8(load(bias + column), added);
    const int from = block_x() * blockRows, to = from + blockRows < rows ? from + blockRows : rows;
    for (int first = from; first < to; first += GeluAhead)
    {
        uint4x some[GeluAhead];
#pragma unroll
        for (int i = 0; i < GeluAhead; i++)
        {
            if (first + i < to)
            {
                some[i] = load(x + (long)(first + i) * width + column);
            }
        }

#pragma unroll
        for (int i = 0; i < GeluAhead; i++)
        {
            float numbers[8];
            widen8(some[i], numbers);
#pragma unroll
            for (int j = 0; j < 8; j++)
            {
                const float v = numbers[j] + added[j];
                if (byTanh)
                {
                    // 0.5 * v * (1 + tanh(u)) is v / (1 + e^(-2 u)).
                    numbers[j] = v * reciprocal(1 + power2(v * (v * v * (-0.0713548163f * Log2E) - 1.5957691216f * Log2E)));
                }
                else
                {
                    // erfc(z) as e^(-z^2) times a polynomial in 1 / (1 + 0.3275911 z) (Abramowitz and Stegun 1964, 7.1.26).
                    const float z = (v < 0 ? -v : v) * 0.70710678f, t = reciprocal(1 + 0.3275911f * z);
                    const float p = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
                    const float tail = 0.5f * p * power2(-z * z * Log2E);
                    numbers[j] = v * (v < 0 ? tail : 1 - tail);
                }
            }

            if (first + i < to)
            {
                uint4x packed;
#pragma unroll
                for (int j = 0; j < 4; j++)
                {
                    packed[j] = narrow2(numbers[2 * j], numbers[2 * j + 1]);
                }

                *(uint4x *)(y + (long)(first + i) * width + column) = packed;
            }
        }
    }
}
