// What models need of a GPU beyond what ONNX Runtime has. Built by build-kernels.sh to kernels.ptx, which the driver compiles for the card it finds. No CUDA
// headers: Debian's clang builds it as it is.

#include "attention.h"
#include "draw.h"
#include "steps.h"

ATTENTION(text_attention_64, WarpProducts<64>, false, 4)
ATTENTION(prompt_attention_64, WarpProducts<64>, true, 4)
ATTENTION(prompt_attention_96, WarpProducts<96>, true, 3)
ATTENTION(prompt_attention_128, WarpProducts<128>, true, 2)

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
