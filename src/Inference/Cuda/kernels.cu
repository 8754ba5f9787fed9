// What models need of a GPU beyond what ONNX Runtime has. Built by build-kernels.sh to kernels.ptx, which the driver compiles for the card it finds. No CUDA
// headers: Debian's clang builds it as it is.

#include <device.h>

DEVICE void widen8(uint4x v, float *to)
{
#pragma unroll
    for (int i = 0; i < 4; i++)
    {
        to[2 * i] = widen((half)(v[i] & 0xffff));
        to[2 * i + 1] = widen((half)(v[i] >> 16));
    }
}

constexpr float Log2E = 1.4426950408889634f;
constexpr float Lowest = -1e30f;
constexpr int AttentionThreads = 128; // of a block of all kernels of attention, as the caller launches them
constexpr int BlockTokens = 64;       // of keys and values that lie together, as the caller has them

// Attention of generators, causal and with ALiBi, to keys and values in blocks of some tokens. All of them take
//   qkv [tokens, 3, heads, size]: queries, keys and values of the tokens of this run, row behind row; size: a multiple of 8 up to 128
//   queryBias [heads, size]
//   keys, values [blocks, 64, heads, size]
//   past [rows]: tokens of each row before this run
//   table [rows, rowBlocks]: the blocks of each row, in order
//   places [tokens]: where in keys and values a token's go, in tokens; below 0 for nowhere
//   slopes [heads]: added to a score is slope * (position of the key - position of the query)
//   output [tokens, heads, size]
//   scale: factor of the scores

// A step: one token of each row attends to the row's past and itself; its key and value are stored. A block of threads for each head of each row: lanes of 8
// numbers make a group that takes every n-th token, with a running softmax of its own; the groups are merged at the end.
//   lanes: the power of two of at least size / 8.
constexpr int Ahead = 4; // tokens that a group has on the way

DEVICE void attend_step(
    const int lanes, const half *qkv, const half *queryBias, half *keys, half *values, const int *past, const int *table, const int *places,
    const float *slopes, half *output, int heads, int size, int rowBlocks, float scale)
{
    const int head = block_x(), row = block_y();
    const int lane = thread() % lanes, group = thread() / lanes, groups = AttentionThreads / lanes;
    const bool idle = lane * 8 >= size;
    const int column = idle ? 0 : lane * 8; // an idle lane reads what another reads, and adds nothing
    const int before = past[row];
    const float slope = slopes[head] * Log2E;
    const half *query = qkv + ((long)row * 3 * heads + head) * size;
    const half *key = query + (long)heads * size;
    const half *value = key + (long)heads * size;
    const int *blocks = table + (long)row * rowBlocks;

    float q[8], bias[8], sum[8], most = Lowest, total = 0;
    widen8(load(query + column), q);
    widen8(load(queryBias + head * size + column), bias);
#pragma unroll
    for (int i = 0; i < 8; i++)
    {
        q[i] = idle ? 0 : (q[i] + bias[i]) * (scale * Log2E);
        sum[i] = 0;
    }

    // A group whose tokens are at an end goes along with its last one, at no weight: the lanes of a warp add up together.
    for (int first = 0; first <= before; first += groups * Ahead)
    {
        const half *keyAt[Ahead], *valueAt[Ahead];
#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            const int token = first + i * groups + group;
            const int stored = token < before ? token : 0;
            const long at = (((long)blocks[stored / BlockTokens] * BlockTokens + stored % BlockTokens) * heads + head) * size;
            keyAt[i] = (token < before ? keys + at : key) + column;
            valueAt[i] = (token < before ? values + at : value) + column;
        }

        uint4x k[Ahead], v[Ahead];
#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            k[i] = load(keyAt[i]);
        }

#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            v[i] = load(valueAt[i]);
        }

        float scores[Ahead], higher = most;
#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            const int token = first + i * groups + group;
            float numbers[8], score = 0;
            widen8(k[i], numbers);
#pragma unroll
            for (int j = 0; j < 8; j++)
            {
                score += q[j] * numbers[j];
            }

            for (int distance = 1; distance < lanes; distance *= 2)
            {
                score += across(score, distance);
            }

            scores[i] = token <= before ? score + slope * (float)(token - before) : Lowest;
            higher = scores[i] > higher ? scores[i] : higher;
        }

        const float shrink = power2(most - higher);
        most = higher;
        total *= shrink;
#pragma unroll
        for (int j = 0; j < 8; j++)
        {
            sum[j] *= shrink;
        }

#pragma unroll
        for (int i = 0; i < Ahead; i++)
        {
            const float weight = first + i * groups + group <= before ? power2(scores[i] - most) : 0;
            float numbers[8];
            widen8(v[i], numbers);
            total += weight;
#pragma unroll
            for (int j = 0; j < 8; j++)
            {
                sum[j] += weight * numbers[j];
            }
        }
    }

    SHARED float sums[AttentionThreads * 8], mosts[AttentionThreads], totals[AttentionThreads];
#pragma unroll
    for (int j = 0; j < 8; j++)
    {
        sums[thread() * 8 + j] = sum[j];
    }

    if (lane == 0)
    {
        mosts[group] = most;
        totals[group] = total;
    }

    barrier();
    const int place = places[row];
    for (int i = thread(); i < size; i += AttentionThreads)
    {
        float merged = 0, highest = Lowest, all = 0;
        for (int g = 0; g < groups; g++)
        {
            highest = mosts[g] > highest ? mosts[g] : highest;
        }

        for (int g = 0; g < groups; g++)
        {
            const float weight = power2(mosts[g] - highest);
            all += weight * totals[g];
            merged += weight * sums[(g * lanes + i / 8) * 8 + i % 8];
        }

        output[((long)row * heads + head) * size + i] = narrow(merged / all);
        if (place >= 0)
        {
            const long at = ((long)place * heads + head) * size + i;
            keys[at] = key[i];
            values[at] = value[i];
        }
    }
}

KERNEL step_attention(
    const half *qkv, const half *queryBias, half *keys, half *values, const int *past, const int *table, const int *places, const float *slopes,
    half *output, int heads, int size, int lanes, int rowBlocks, float scale)
{
    // The usual sizes of heads, 64 and 128, are compiled for themselves.
    if (lanes == 8)
    {
        attend_step(8, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, rowBlocks, scale);
    }
    else if (lanes == 16)
    {
        attend_step(16, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, rowBlocks, scale);
    }
    else
    {
        attend_step(lanes, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, rowBlocks, scale);
    }
}

// Stores keys and values of prompts, whose attention comes after it. A block of threads for each token.
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

constexpr int Queries = 64; // of a block of threads: 16 of each warp, one for each row of a matrix
constexpr int Keys = 32;    // that lie in shared memory together: with twice as many, registers leave room for half as many blocks of threads

// Prompts: many tokens of each row attend to those before them, whose keys and values are stored already, their own too. A block of threads takes 64 queries
// of a head of a row through all keys, some at a time, which lie in shared memory while the next are on their way (FlashAttention-2, arXiv 2307.08691).
// Blocks of threads side by side: heads * tiles; on top of each other: rows.
//   starts [rows + 1]: where each row's tokens begin in qkv, and where the last row's end
//   tiles: of 64 queries, enough for the longest row
//   Wide: size and what fills it up, a multiple of 32; shared: 4 * Keys * (Wide + 8) numbers
template <int Wide>
DEVICE void attend_prompts(
    half *shared, const half *qkv, const half *queryBias, const half *keys, const half *values, const int *starts, const int *past, const int *table,
    const float *slopes, half *output, int heads, int size, int tiles, int rowBlocks, float scale)
{
    constexpr int Pitch = Wide + 8; // rows of shared memory that are read together lie in different banks
    constexpr int Chunks = Wide / 8;
    const int row = block_y(), head = block_x() / tiles;
    const int first = (tiles - 1 - block_x() % tiles) * Queries; // those with the most keys begin first
    const int start = starts[row], count = starts[row + 1] - start, before = past[row];
    if (first >= count)
    {
        return;
    }

    const int lane = thread() % 32, place = lane / 4, pair = lane % 4 * 2;
    const int query = first + thread() / 32 * 16 + place; // and the one 8 behind it
    const int *blocks = table + (long)row * rowBlocks;
    const int end = before + (first + Queries < count ? first + Queries : count); // keys that the block looks at
    const int steps = (end + Keys - 1) / Keys;

    // A thread fetches the same 8 numbers of every n-th key, and of its value.
    constexpr int Fetchers = AttentionThreads / Chunks;
    const int fetcher = thread() / Chunks, fetched = thread() % Chunks * 8, width = heads * size;
    const long offset = (long)fetcher * width + head * size + fetched;
    const unsigned memory = shared_address(shared), to = memory + (fetcher * Pitch + fetched) * sizeof(half);
    const auto fetchKeys = [&](int step)
    {
        const int position = step * Keys;
        const long from = (long)(blocks[position / BlockTokens] * BlockTokens + position % BlockTokens) * width + offset;
        const unsigned stepMemory = step % 2 * (2 * Keys * Pitch) * sizeof(half);
#pragma unroll
        for (int i = 0; i < Keys; i += Fetchers)
        {
            if (fetcher < Fetchers && fetcher + i < Keys)
            {
                const bool wanted = fetcher + i < end - position && fetched < size;
                fetch(to + stepMemory + i * Pitch * sizeof(half), keys + from + (long)i * width, wanted);
                fetch(to + stepMemory + (Keys + i) * Pitch * sizeof(half), values + from + (long)i * width, wanted);
            }
        }

        end_group();
    };

    fetchKeys(0);

    // As matrices of 16 queries by 16 numbers. What fills them up is not stored, or multiplied with zeros.
    unsigned q[Wide / 16][4];
    const half *bias = queryBias + head * size;
#pragma unroll
    for (int i = 0; i < Wide / 16; i++)
    {
#pragma unroll
        for (int j = 0; j < 4; j++)
        {
            const int wanted = query + j % 2 * 8, column = i * 16 + j / 2 * 8 + pair;
            const int token = start + (wanted < count ? wanted : count - 1), number = column < size ? column : pair;
            const unsigned two = *(const unsigned *)(qkv + (long)token * 3 * width + head * size + number), add = *(const unsigned *)(bias + number);
            q[i][j] = narrow2(widen((half)two) + widen((half)add), widen((half)(two >> 16)) + widen((half)(add >> 16)));
        }
    }

    float sum[Chunks][4], most[2] = {Lowest, Lowest}, total[2] = {0, 0};
#pragma unroll
    for (int i = 0; i < Chunks; i++)
    {
        sum[i][0] = sum[i][1] = sum[i][2] = sum[i][3] = 0;
    }

    const float factor = scale * Log2E, slope = slopes[head] * Log2E;
    for (int step = 0; step < steps; step++)
    {
        if (step + 1 < steps)
        {
            fetchKeys(step + 1);
            arrived_but_last();
        }
        else
        {
            arrived();
        }

        barrier();
        const unsigned stepMemory = memory + step % 2 * (2 * Keys * Pitch) * sizeof(half);
        const unsigned keyRows = opaque(stepMemory + (lane % 8 * Pitch + lane / 8 * 8) * sizeof(half));
        const unsigned valueRows = opaque(stepMemory + ((Keys + lane % 16) * Pitch + lane / 16 * 8) * sizeof(half));
        float score[Keys / 8][4];
#pragma unroll
        for (int i = 0; i < Keys / 8; i++)
        {
            score[i][0] = score[i][1] = score[i][2] = score[i][3] = 0;
#pragma unroll
            for (int j = 0; j < Wide / 16; j += 2)
            {
                unsigned k[4];
                matrices(k, keyRows + (i * 8 * Pitch + j * 16) * sizeof(half));
                multiply_add(score[i], q[j], k[0], k[1]);
                multiply_add(score[i], q[j + 1], k[2], k[3]);
            }
        }

        // From the lane's first query to its first key.
        const int distance = step * Keys + pair - before - query;
        const float addends[2] = {slope * (float)distance, slope * (float)(distance - 8)};
        float higher[2] = {most[0], most[1]};
#pragma unroll
        for (int i = 0; i < Keys / 8; i++)
        {
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                score[i][j] = score[i][j] * factor + (addends[j / 2] + slope * (float)(i * 8 + j % 2));
            }
        }

        if (step * Keys + Keys > before + first)
        {
#pragma unroll
            for (int i = 0; i < Keys / 8; i++)
            {
#pragma unroll
                for (int j = 0; j < 4; j++)
                {
                    score[i][j] = distance + i * 8 + j % 2 - j / 2 * 8 > 0 ? -__builtin_inff() : score[i][j];
                }
            }
        }

#pragma unroll
        for (int i = 0; i < Keys / 8; i++)
        {
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                higher[j / 2] = larger(higher[j / 2], score[i][j]);
            }
        }

#pragma unroll
        for (int j = 0; j < 2; j++)
        {
#pragma unroll
            for (int lanes = 1; lanes < 4; lanes *= 2)
            {
                higher[j] = larger(higher[j], across(higher[j], lanes));
            }

            const float shrink = power2(most[j] - higher[j]);
            most[j] = higher[j];
            total[j] *= shrink;
#pragma unroll
            for (int i = 0; i < Chunks; i++)
            {
                sum[i][2 * j] *= shrink;
                sum[i][2 * j + 1] *= shrink;
            }
        }

#pragma unroll
        for (int i = 0; i < Keys / 16; i++)
        {
            // Two matrices of weights as they came from the scores are one of 16 by 16 for the values.
            unsigned weights[4];
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                const float *scores = &score[2 * i + j / 2][j % 2 * 2];
                const float low = power2(scores[0] - most[j % 2]), high = power2(scores[1] - most[j % 2]);
                total[j % 2] += low + high;
                weights[j] = narrow2(low, high);
            }

#pragma unroll
            for (int j = 0; j < Chunks; j += 2)
            {
                unsigned v[4];
                matrices_turned(v, valueRows + (i * 16 * Pitch + j * 8) * sizeof(half));
                multiply_add(sum[j], weights, v[0], v[1]);
                multiply_add(sum[j + 1], weights, v[2], v[3]);
            }
        }

        barrier(); // before these keys are overwritten
    }

#pragma unroll
    for (int j = 0; j < 2; j++)
    {
        total[j] += across(total[j], 1);
        total[j] += across(total[j], 2);
        const float all = 1 / total[j];
        const int wanted = query + j * 8;
#pragma unroll
        for (int i = 0; i < Chunks; i++)
        {
            if (wanted < count && i * 8 < size)
            {
                *(unsigned *)(output + ((long)(start + wanted) * heads + head) * size + i * 8 + pair) = narrow2(sum[i][2 * j] * all, sum[i][2 * j + 1] * all);
            }
        }
    }
}

#define PROMPT_ATTENTION(Wide) \
    KERNEL BOUND(AttentionThreads) prompt_attention_##Wide( \
        const half *qkv, const half *queryBias, const half *keys, const half *values, const int *starts, const int *past, const int *table, \
        const float *slopes, half *output, int heads, int size, int tiles, int rowBlocks, float scale) \
    { \
        SHARED half shared[4 * Keys * (Wide + 8)]; \
        attend_prompts<Wide>( \
            shared, qkv, queryBias, keys, values, starts, past, table, slopes, output, heads, size, tiles, rowBlocks, scale); \
    }

PROMPT_ATTENTION(64)
PROMPT_ATTENTION(96)
PROMPT_ATTENTION(128)

constexpr int ChoiceThreads = 1024; // as the caller launches it

// Greedy decoding's choice: the id of each row's highest logit, the lowest of equal ones; that logit; log(sum(exp(logit))). A block of threads for each row.
//   logits [rows, width]
KERNEL BOUND(ChoiceThreads) choose_best(const half *logits, long *ids, float *highest, float *logSums, int width)
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
