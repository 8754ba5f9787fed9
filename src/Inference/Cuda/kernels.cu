// What a generator's step needs of a GPU beyond what ONNX Runtime has. Built by build-kernels.sh to kernels.ptx, which the driver compiles for the card it
// finds. No CUDA headers: Debian's clang builds it as it is.

#define KERNEL extern "C" __attribute__((global)) void
#define DEVICE static inline __attribute__((device, always_inline))

typedef unsigned short half; // its bits
typedef unsigned uint4x __attribute__((ext_vector_type(4)));

DEVICE int thread() { return __nvvm_read_ptx_sreg_tid_x(); }
DEVICE float widen(half x) { float y; asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x)); return y; }
DEVICE half narrow(float x) { half y; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x)); return y; }
DEVICE float exp2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
DEVICE float log2(float x) { float y; asm("lg2.approx.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
DEVICE float reciprocal(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
DEVICE float across(float x, int distance) { return __nvvm_shfl_sync_bfly_f32(0xffffffff, x, distance, 0x1f); }
DEVICE int across(int x, int distance) { return __nvvm_shfl_sync_bfly_i32(0xffffffff, x, distance, 0x1f); }

// Read once: it need not push out of the cache what is read again.
DEVICE uint4x load(const half *p)
{
    uint4x v;
    asm volatile("ld.global.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p));
    return v;
}

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
constexpr int AttentionThreads = 128; // as the caller launches it
constexpr int Ahead = 4;              // tokens that a group of lanes has on the way

// One token of each row attends to the row's past and itself; its key and value are stored. A block of threads for each head of each row: lanes of 8 numbers
// make a group that takes every n-th token, with a running softmax of its own; the groups are merged at the end.
//   qkv [rows, 3, heads, size]; queryBias [heads, size]; keys, values [blocks, blockTokens, heads, wide]; past, places [rows]; table [rows, rowBlocks];
//   slopes [heads] (ALiBi); output [rows, heads, wide], zero beyond size. A place below 0 stores nothing.
//   Stored keys have behind their numbers the position's addend over the scale, as a float16 and the rest, for the kernels that know no ALiBi.
//   size: a multiple of 8 up to 128; lanes: the power of two of at least size / 8.
DEVICE void attend(
    const int lanes, const half *qkv, const half *queryBias, half *keys, half *values, const int *past, const int *table, const int *places,
    const float *slopes, half *output, int heads, int size, int wide, int blockTokens, int rowBlocks, float scale)
{
    const int head = __nvvm_read_ptx_sreg_ctaid_x(), row = __nvvm_read_ptx_sreg_ctaid_y();
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
            const long at = (((long)blocks[stored / blockTokens] * blockTokens + stored % blockTokens) * heads + head) * wide;
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

        const float shrink = exp2(most - higher);
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
            const float weight = first + i * groups + group <= before ? exp2(scores[i] - most) : 0;
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

    __attribute__((shared)) static float sums[AttentionThreads * 8], mosts[AttentionThreads], totals[AttentionThreads];
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

    __syncthreads();
    const int place = places[row];
    for (int i = thread(); i < wide; i += AttentionThreads)
    {
        float merged = 0;
        if (i < size)
        {
            float highest = Lowest, all = 0;
            for (int g = 0; g < groups; g++)
            {
                highest = mosts[g] > highest ? mosts[g] : highest;
            }

            for (int g = 0; g < groups; g++)
            {
                const float weight = exp2(mosts[g] - highest);
                all += weight * totals[g];
                merged += weight * sums[(g * lanes + i / 8) * 8 + i % 8];
            }

            merged /= all;
        }

        output[((long)row * heads + head) * wide + i] = narrow(merged);
        if (place >= 0)
        {
            const long at = ((long)place * heads + head) * wide + i;
            const float addend = slopes[head] * (float)before / scale;
            const float nearest = widen(narrow(addend));
            keys[at] = i < size ? key[i] : i == size ? narrow(nearest) : i == size + 1 ? narrow(addend - nearest) : narrow(0);
            values[at] = i < size ? value[i] : narrow(0);
        }
    }
}

KERNEL step_attention(
    const half *qkv, const half *queryBias, half *keys, half *values, const int *past, const int *table, const int *places, const float *slopes,
    half *output, int heads, int size, int wide, int lanes, int blockTokens, int rowBlocks, float scale)
{
    // The usual sizes of heads, 64 and 128, are compiled for themselves.
    if (lanes == 8)
    {
        attend(8, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, wide, blockTokens, rowBlocks, scale);
    }
    else if (lanes == 16)
    {
        attend(16, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, wide, blockTokens, rowBlocks, scale);
    }
    else
    {
        attend(lanes, qkv, queryBias, keys, values, past, table, places, slopes, output, heads, size, wide, blockTokens, rowBlocks, scale);
    }
}

constexpr int ChoiceThreads = 1024; // as the caller launches it

// Greedy decoding's choice: the id of each row's highest logit, the lowest of equal ones; that logit; log(sum(exp(logit))). A block of threads for each row.
//   logits [rows, width]
KERNEL choose_best(const half *logits, long *ids, float *highest, float *logSums, int width)
{
    const int row = __nvvm_read_ptx_sreg_ctaid_x();
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

            sum *= exp2((most - higher) * Log2E);
            most = higher;
#pragma unroll
            for (int i = 0; i < 8; i++)
            {
                sum += exp2((some[i] - most) * Log2E);
            }
        }
    }
    else
    {
        for (int at = thread(); at < width; at += ChoiceThreads)
        {
            const float one = widen(numbers[at]), higher = one > most ? one : most;
            id = one > most ? at : id;
            sum = sum * exp2((most - higher) * Log2E) + exp2((one - higher) * Log2E);
            most = higher;
        }
    }

    __attribute__((shared)) static float mosts[32], sums[32];
    __attribute__((shared)) static int best[32];
    for (int round = 0; round < 2; round++)
    {
        for (int distance = 1; distance < 32; distance *= 2)
        {
            const float otherMost = across(most, distance), otherSum = across(sum, distance);
            const int otherId = across(id, distance);
            const float higher = otherMost > most ? otherMost : most;
            sum = sum * exp2((most - higher) * Log2E) + otherSum * exp2((otherMost - higher) * Log2E);
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

            __syncthreads();
            most = mosts[thread() % 32];
            sum = sums[thread() % 32];
            id = best[thread() % 32];
        }
    }

    if (thread() == 0)
    {
        ids[row] = id;
        highest[row] = most;
        logSums[row] = most + log2(sum) / Log2E;
    }
}

constexpr int GeluThreads = 256; // as the caller launches it
constexpr int GeluRows = 8;      // of a block
constexpr int GeluAhead = 4;     // rows on the way

// GELU of value + bias. Blocks of threads side by side for the rows, on top of each other for the columns, 8 of a thread.
//   x, y [rows, width], bias [width]; width: a multiple of 8. Byte for byte it is memory that takes the time.
KERNEL bias_gelu(const half *x, const half *bias, half *y, int rows, int width, int byTanh)
{
    const int column = (__nvvm_read_ptx_sreg_ctaid_y() * GeluThreads + thread()) * 8;
    if (column >= width)
    {
        return;
    }

    float added[8];
    widen8(load(bias + column), added);
    const int from = __nvvm_read_ptx_sreg_ctaid_x() * GeluRows, to = from + GeluRows < rows ? from + GeluRows : rows;
    for (int first = from; first < to; first += GeluAhead)
    {
        uint4x some[GeluAhead];
#pragma unroll
        for (int i = 0; i < GeluAhead; i++)
        {
            some[i] = load(x + (long)(first + i < to ? first + i : first) * width + column);
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
                    numbers[j] = v * reciprocal(1 + exp2(v * (v * v * (-0.0713548163f * Log2E) - 1.5957691216f * Log2E)));
                }
                else
                {
                    // erfc(z) as e^(-z^2) times a polynomial in 1 / (1 + 0.3275911 z) (Abramowitz and Stegun 1964, 7.1.26).
                    const float z = (v < 0 ? -v : v) * 0.70710678f, t = reciprocal(1 + 0.3275911f * z);
                    const float p = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
                    const float tail = 0.5f * p * exp2(-z * z * Log2E);
                    numbers[j] = v * (v < 0 ? tail : 1 - tail);
                }
            }

            if (first + i < to)
            {
                uint4x packed;
#pragma unroll
                for (int j = 0; j < 4; j++)
                {
                    packed[j] = (unsigned)narrow(numbers[2 * j]) | (unsigned)narrow(numbers[2 * j + 1]) << 16;
                }

                *(uint4x *)(y + (long)(first + i) * width + column) = packed;
            }
        }
    }
}
