// The same as src/Inference/Cuda/device.h on a CPU; see emulator.cpp.

#include <math.h>
#include <string.h>

#define KERNEL extern "C" void
#define DEVICE static inline
#define SHARED __attribute__((section("block_memory"), aligned(16))) static

#define BOUND(threads)

typedef unsigned short half; // its bits

struct uint4x
{
    unsigned numbers[4];

    unsigned &operator[](int i) { return numbers[i]; }
};

enum class Call { None, Barrier, AcrossFloat, AcrossInt, Matrices, MatricesTurned, MultiplyAdd };

int thread();
int block_x();
int block_y();
void barrier();

// Waits until all lanes of the warp have come to the same call and returns what each of them brought.
const void *const *meet(Call call, const void *brought, int bytes);

unsigned shared_address(const half *p);
half *shared_at(unsigned address);
void fetch(unsigned shared, const half *global, bool wanted);
void end_group();
void arrived_but_last();
void arrived();
void check(bool right, const char *what);

DEVICE unsigned opaque(unsigned x) { return x; }

DEVICE float widen(half x)
{
    const unsigned sign = (unsigned)(x & 0x8000) << 16, exponent = x >> 10 & 31, fraction = x & 1023;
    unsigned bits = sign | (exponent == 31 ? 0x7f800000 : (exponent + 112) << 23) | fraction << 13;
    float y;
    memcpy(&y, &bits, 4);
    return exponent > 0 ? y : (sign ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
}

// To the nearest, of two to the even one.
DEVICE half narrow(float x)
{
    unsigned bits;
    memcpy(&bits, &x, 4);
    const half sign = (half)(bits >> 16 & 0x8000);
    const float size = fabsf(x);
    if (!(size < 65520.0f))
    {
        return (half)(sign | (x != x ? 0x7fff : 0x7c00));
    }

    if (size < 0x1p-14f)
    {
        return (half)(sign | (half)nearbyintf(size * 0x1p24f));
    }

    bits &= 0x7fffffff;
    bits += 0xfff + (bits >> 13 & 1);
    return (half)(sign | (half)((bits >> 13) - (112 << 10)));
}

DEVICE unsigned narrow2(float low, float high) { return narrow(low) | (unsigned)narrow(high) << 16; }
DEVICE float larger(float x, float y) { return fmaxf(x, y); }
DEVICE float power2(float x) { return exp2f(x); }
DEVICE float logarithm2(float x) { return log2f(x); }
DEVICE float reciprocal(float x) { return 1 / x; }

DEVICE float across(float x, int distance) { return *(const float *)meet(Call::AcrossFloat, &x, sizeof x)[thread() % 32 ^ distance]; }
DEVICE int across(int x, int distance) { return *(const int *)meet(Call::AcrossInt, &x, sizeof x)[thread() % 32 ^ distance]; }

DEVICE uint4x load(const half *p)
{
    check((unsigned long)p % 16 == 0, "16 bytes are read that do not lie at a multiple of 16");
    uint4x v;
    memcpy(&v, p, 16);
    return v;
}

// A lane names a row of one of four matrices and gets numbers of a row, or of a column, of each.
DEVICE void matrices(Call call, unsigned (&to)[4], unsigned address)
{
    const half *row = shared_at(address);
    check(address % 16 == 0, "a matrix does not lie at a multiple of 16");
    const int lane = thread() % 32;
    const void *const *rows = meet(call, &row, sizeof row);
    for (int matrix = 0; matrix < 4; matrix++)
    {
        half numbers[2];
        for (int i = 0; i < 2; i++)
        {
            const int one = lane / 4, other = lane % 4 * 2 + i;
            const int line = call == Call::Matrices ? one : other, column = call == Call::Matrices ? other : one;
            numbers[i] = (*(const half *const *)rows[matrix * 8 + line])[column];
        }

        to[matrix] = numbers[0] | (unsigned)numbers[1] << 16;
    }
}

DEVICE void matrices(unsigned (&to)[4], unsigned row) { matrices(Call::Matrices, to, row); }
DEVICE void matrices_turned(unsigned (&to)[4], unsigned row) { matrices(Call::MatricesTurned, to, row); }

DEVICE void multiply_add(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1)
{
    struct Operands
    {
        unsigned a[4], b[2];

        static float number(unsigned two, int i) { return widen((half)(two >> (16 * i))); }
    };

    const Operands own = {{a[0], a[1], a[2], a[3]}, {b0, b1}};
    const void *const *all = meet(Call::MultiplyAdd, &own, sizeof own);
    const int lane = thread() % 32;
    for (int i = 0; i < 4; i++)
    {
        const int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        for (int k = 0; k < 16; k++)
        {
            // Where the numbers (row, k) of a and (k, column) of b are.
            const Operands &left = *(const Operands *)all[row % 8 * 4 + k % 8 / 2], &right = *(const Operands *)all[column * 4 + k % 8 / 2];
            sum[i] += Operands::number(left.a[row / 8 + k / 8 * 2], k % 2) * Operands::number(right.b[k / 8], k % 2);
        }
    }
}
