// Attention of many tokens, whose queries, keys and values are of this run (FlashAttention-2, arXiv 2307.08691): texts of encoders, of which each token sees
// all of its text, and prompts of generators, of which each token sees itself and those before it, with ALiBi.

#pragma once

#include <device.h>

constexpr float Log2E = 1.4426950408889634f;
constexpr float Lowest = -1e30f;
constexpr int AttentionThreads = 128; // of a block, as the caller launches all kernels of attention
constexpr int MostNumbers = 128;      // of a head
constexpr int Queries = 64;           // of a block of threads: 16 of each warp

DEVICE void widen8(uint4x v, float *to)
{
#pragma unroll
    for (int i = 0; i < 4; i++)
    {
        to[2 * i] = widen((half)(v[i] & 0xffff));
        to[2 * i + 1] = widen((half)(v[i] >> 16));
    }
}

// The queries of a block of threads: those of one head of a text.
//   head: the numbers of the text's first token
//   bias: added to them
//   first: the first query; count: tokens of the text; stride: from token to token; size: of the head
struct QueryRows
{
    const half *head, *bias;
    int first, count, stride, size;

    // Where numbers of a query are, or of the last one where there are no more of either: nobody reads what comes of them.
    METHOD const half *find(int query, int number) const
    {
        return head + (long)(first + query < count ? first + query : count - 1) * stride + inside(number);
    }

    METHOD const half *find_bias(int number) const { return bias + inside(number); }

    METHOD int inside(int number) const { return number < size ? number : 0; }
};

// Products of each warp by itself. Rows lie in shared memory with some room between them: those that are read together lie in different banks.
//   Numbers: of a head and what fills it up, a multiple of 32
template <int Numbers> struct WarpProducts
{
    static constexpr int Wide = Numbers;
    static constexpr int Keys = 32; // that lie in shared memory together: with twice as many, registers leave room for half as many blocks of threads
    static constexpr int Pitch = Wide + 8;
    static constexpr int OtherNumbers = 0; // in shared memory

    // As matrices of 16 queries by 16 numbers. What fills a head up is not stored, or multiplied with zeros.
    unsigned queries[Wide / 16][4];

    METHOD static int place(int row, int chunk) { return row * Pitch + chunk * 8; }

    METHOD void take(QueryRows rows, unsigned)
    {
        const int query = thread() / 32 * 16 + thread() % 32 / 4, pair = thread() % 4 * 2;
#pragma unroll
        for (int i = 0; i < Wide / 16; i++)
        {
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                const int number = i * 16 + j / 2 * 8 + pair;
                const unsigned two = *(const unsigned *)rows.find(query + j % 2 * 8, number), add = *(const unsigned *)rows.find_bias(number);
                queries[i][j] = narrow2(widen((half)two) + widen((half)add), widen((half)(two >> 16)) + widen((half)(add >> 16)));
            }
        }
    }

    METHOD static void show() {}

    // scores [64, Keys] of keys that lie there. A lane has of each 8 keys what it has in multiply_add.
    METHOD void score(float (&scores)[Keys / 8][4], unsigned keys) const
    {
        const unsigned rows = opaque(keys + place(thread() % 8, thread() % 32 / 8) * sizeof(half));
#pragma unroll
        for (int i = 0; i < Keys / 8; i++)
        {
            scores[i][0] = scores[i][1] = scores[i][2] = scores[i][3] = 0;
#pragma unroll
            for (int j = 0; j < Wide / 16; j += 2)
            {
                unsigned key[4];
                matrices(key, rows + (i * 8 * Pitch + j * 16) * sizeof(half));
                multiply_add(scores[i], queries[j], key[0], key[1]);
                multiply_add(scores[i], queries[j + 1], key[2], key[3]);
            }
        }
    }

    // sums [64, Wide] += weights [64, Keys] times values that lie there.
    METHOD static void add(float (&sums)[Wide / 8][4], const unsigned (&weights)[Keys / 16][4], unsigned values)
    {
        const unsigned rows = opaque(values + place(thread() % 16, thread() % 32 / 16) * sizeof(half));
#pragma unroll
        for (int i = 0; i < Keys / 16; i++)
        {
#pragma unroll
            for (int j = 0; j < Wide / 8; j += 2)
            {
                unsigned value[4];
                matrices_turned(value, rows + (i * 16 * Pitch + j * 8) * sizeof(half));
                multiply_add(sums[j], weights[i], value[0], value[1]);
                multiply_add(sums[j + 1], weights[i], value[2], value[3]);
            }
        }
    }
};

// Products of the four warps together, in tiles; see device.h. For heads of up to 64 numbers.
struct GroupProducts
{
    static constexpr int Wide = 64;
    static constexpr int Keys = 64;
    static constexpr int Pitch = 64;
    static constexpr int OtherNumbers = Queries * Pitch;

    // Where the queries lie. In registers the compiler mistakes them for free ones after their first products (ptxas 12.4, driver 580).
    unsigned queries;

    METHOD static int place(int row, int chunk) { return row * Pitch + (chunk ^ row % 8) * 8; }

    METHOD void take(QueryRows rows, unsigned other)
    {
        constexpr int Chunks = Wide / 8;
        queries = other;
#pragma unroll
        for (int i = 0; i < Queries; i += AttentionThreads / Chunks)
        {
            const int query = i + thread() / Chunks, chunk = thread() % Chunks;
            float numbers[8], bias[8];
            widen8(load(rows.find(query, chunk * 8)), numbers);
            widen8(load(rows.find_bias(chunk * 8)), bias);
            uint4x sums;
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                sums[j] = narrow2(numbers[2 * j] + bias[2 * j], numbers[2 * j + 1] + bias[2 * j + 1]);
            }

            store_shared(queries + place(query, chunk) * sizeof(half), sums);
        }
    }

    METHOD static void show() { show_products(); }

    METHOD void score(float (&scores)[Keys / 8][4], unsigned keys) const
    {
        begin_products();
#pragma unroll
        for (int i = 0; i < Wide; i += 16)
        {
            multiply_tiles(scores, queries + i * sizeof(half), keys + i * sizeof(half), i > 0);
        }

        end_products();
        settle(scores);
    }

    METHOD static void add(float (&sums)[Wide / 8][4], const unsigned (&weights)[Keys / 16][4], unsigned values)
    {
        settle(sums);
        begin_products();
#pragma unroll
        for (int i = 0; i < Keys / 16; i++)
        {
            multiply_tiles(sums, weights[i], values + i * 16 * Pitch * sizeof(half));
        }

        end_products();
        settle(sums);
    }
};

// A block of threads takes 64 queries of a head of a text through the keys, some at a time, which lie in shared memory while the next are on their way. Blocks
// of threads side by side: heads * tiles; on top of each other: texts.
//   qkv [tokens, 3, heads, size]: queries, keys and values; size: a multiple of 8 up to 128
//   queryBias [heads, size]
//   starts [texts + 1]: where each text's tokens begin, and where the last text's end
//   slopes [heads], of prompts: added to a score is slope * (position of the key - position of the query)
//   output [tokens, heads, size]
//   tiles: of 64 queries, enough for the longest text
//   scale: factor of the scores
template <typename Products, bool IsPrompt>
DEVICE void attend(
    half *shared, const half *qkv, const half *queryBias, const int *starts, const float *slopes, half *output, int heads, int size, int tiles, float scale)
{
    constexpr int Wide = Products::Wide, Keys = Products::Keys, Pitch = Products::Pitch, Chunks = Wide / 8;
    const int head = block_x() / tiles, tile = block_x() % tiles;
    const int first = (IsPrompt ? tiles - 1 - tile : tile) * Queries; // of prompts those with the most keys begin first
    const int start = starts[block_y()], count = starts[block_y() + 1] - start;
    if (first >= count)
    {
        return;
    }

    const int lane = thread() % 32, pair = lane % 4 * 2, query = first + thread() / 32 * 16 + lane / 4; // and the one 8 behind it
    const int end = IsPrompt && first + Queries < count ? first + Queries : count;                      // of the keys that the block looks at
    const int steps = (end + Keys - 1) / Keys;

    // A thread fetches the same 8 numbers of every n-th key, and of its value.
    constexpr int Fetchers = AttentionThreads / Chunks;
    const int fetcher = thread() / Chunks, chunk = thread() % Chunks, width = heads * size, stride = 3 * width;
    const half *queries = qkv + (long)start * stride + head * size;
    const half *key = queries + width + (long)fetcher * stride + chunk * 8;
    const unsigned memory = shared_address(shared), to = memory + Products::place(fetcher, chunk) * sizeof(half);
    const auto memoryOf = [](int step) { return step % 2 * (2 * Keys * Pitch) * (unsigned)sizeof(half); };
    const auto fetchKeys = [&](int step)
    {
        const half *from = key + (long)step * Keys * stride;
#pragma unroll
        for (int i = 0; i < Keys; i += Fetchers)
        {
            if (fetcher < Fetchers && fetcher + i < Keys)
            {
                const bool wanted = step * Keys + fetcher + i < end && chunk * 8 < size;
                fetch(to + memoryOf(step) + i * Pitch * sizeof(half), from + (long)i * stride, wanted);
                fetch(to + memoryOf(step) + (Keys + i) * Pitch * sizeof(half), from + (long)i * stride + width, wanted);
            }
        }

        end_group();
    };

    fetchKeys(0);
    Products products;
    products.take({queries, queryBias + head * size, first, count, stride, size}, memory + 4 * Keys * Pitch * sizeof(half));

    float sum[Chunks][4], most[2] = {Lowest, Lowest}, total[2] = {0, 0};
#pragma unroll
    for (int i = 0; i < Chunks; i++)
    {
        sum[i][0] = sum[i][1] = sum[i][2] = sum[i][3] = 0;
    }

    // Scores of texts are scaled on their way into powers of two.
    const float factor = scale * Log2E, later = IsPrompt ? 1 : factor, slope = IsPrompt ? slopes[head] * Log2E : 0;
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

        products.show();
        barrier();
        const unsigned stepMemory = memory + memoryOf(step);
        float score[Keys / 8][4];
        products.score(score, stepMemory);

        // From the lane's first query to its first key.
        const int distance = step * Keys + pair - query;
        if (IsPrompt)
        {
            const float addends[2] = {slope * (float)distance, slope * (float)(distance - 8)};
#pragma unroll
            for (int i = 0; i < Keys / 8; i++)
            {
#pragma unroll
                for (int j = 0; j < 4; j++)
                {
                    score[i][j] = score[i][j] * factor + (addends[j / 2] + slope * (float)(i * 8 + j % 2));
                }
            }
        }

        if (step * Keys + Keys > (IsPrompt ? first : end))
        {
#pragma unroll
            for (int i = 0; i < Keys / 8; i++)
            {
#pragma unroll
                for (int j = 0; j < 4; j++)
                {
                    const bool hidden = IsPrompt ? distance + i * 8 + j % 2 - j / 2 * 8 > 0 : step * Keys + pair + i * 8 + j % 2 >= end;
                    score[i][j] = hidden ? -__builtin_inff() : score[i][j];
                }
            }
        }

        float higher[2] = {most[0], most[1]}, lowered[2];
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

            const float shrink = power2((most[j] - higher[j]) * later);
            most[j] = higher[j];
            lowered[j] = higher[j] * later;
            total[j] *= shrink;
#pragma unroll
            for (int i = 0; i < Chunks; i++)
            {
                sum[i][2 * j] *= shrink;
                sum[i][2 * j + 1] *= shrink;
            }
        }

        // Two matrices of weights as they came from the scores are one of 16 by 16 for the values.
        unsigned weights[Keys / 16][4];
#pragma unroll
        for (int i = 0; i < Keys / 16; i++)
        {
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                const float *scores = &score[2 * i + j / 2][j % 2 * 2];
                const float low = power2(scores[0] * later - lowered[j % 2]), high = power2(scores[1] * later - lowered[j % 2]);
                total[j % 2] += low + high;
                weights[i][j] = narrow2(low, high);
            }
        }

        products.add(sum, weights, stepMemory + Keys * Pitch * sizeof(half));
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

#define ATTENTION(name, Products, IsPrompt, Blocks) \
    KERNEL BOUND(AttentionThreads, Blocks) name( \
        const half *qkv, const half *queryBias, const int *starts, const float *slopes, half *output, int heads, int size, int tiles, float scale) \
    { \
        SHARED_TILES half shared[4 * Products::Keys * Products::Pitch + Products::OtherNumbers]; \
        attend<Products, IsPrompt>(shared, qkv, queryBias, starts, slopes, output, heads, size, tiles, scale); \
    }
