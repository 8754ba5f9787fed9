// The same as src/Inference/Cuda/device.h on a CPU; see emulator.cpp.

#include <math.h>
#include <string.h>

#define KERNEL extern "C" void
#define METHOD inline
#define DEVICE static METHOD
#define SHARED __attribute__((section("block_memory"), aligned(16))) static
#define SHARED_TILES __attribute__((section("block_memory"), aligned(1024))) static

#define BOUND(threads, blocks)

typedef unsigned short half; // its bits
typedef signed char code;

struct uint4x
{
    unsigned numbers[4];

    unsigned &operator[](int i) { return numbers[i]; }
};

enum class Call { None, Barrier, AcrossFloat, AcrossInt, Matrices, MatricesTurned, MultiplyAdd, MultiplyTiles };

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
void store_shared(unsigned shared, uint4x v);
void show_products();
void begin_products();
void end_products();
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
DEVICE int nearest(float x) { return (int)nearbyintf(x); }
DEVICE float larger(float x, float y) { return fmaxf(x, y); }
DEVICE float larger_or_none(float x, float y) { return x != x || y != y ? NAN : fmaxf(x, y); }
DEVICE float power2(float x) { return exp2f(x); }
DEVICE float logarithm2(float x) { return log2f(x); }
DEVICE float reciprocal(float x) { return 1 / x; }

DEVICE unsigned add2(unsigned x, unsigned y)
{
    return narrow2(widen((half)x) + widen((half)y), widen((half)(x >> 16)) + widen((half)(y >> 16)));
}

DEVICE unsigned multiply_add2(unsigned x, unsigned y, unsigned z)
{
    // Products of two numbers of 16 bits are exact in a float; of the sum the second rounding makes a difference of half a last bit at most.
    return narrow2(
        fmaf(widen((half)x), widen((half)y), widen((half)z)), fmaf(widen((half)(x >> 16)), widen((half)(y >> 16)), widen((half)(z >> 16))));
}

DEVICE unsigned bytes(unsigned x, unsigned y, unsigned which)
{
    unsigned z = 0;
    for (int i = 0; i < 4; i++)
    {
        const unsigned digit = which >> 4 * i & 15;
        z |= ((digit < 4 ? x : y) >> digit % 4 * 8 & 255) << 8 * i;
    }

    return z;
}

DEVICE int dot(unsigned x, unsigned y, int sum)
{
    for (int i = 0; i < 32; i += 8)
    {
        sum += (code)(x >> i) * (code)(y >> i);
    }

    return sum;
}

DEVICE int dot_unsigned(unsigned x, unsigned y, int sum)
{
    for (int i = 0; i < 32; i += 8)
    {
        sum += (code)(x >> i) * (int)(y >> i & 255);
    }

    return sum;
}

DEVICE float across(float x, int distance) { return *(const float *)meet(Call::AcrossFloat, &x, sizeof x)[thread() % 32 ^ distance]; }
DEVICE int across(int x, int distance) { return *(const int *)meet(Call::AcrossInt, &x, sizeof x)[thread() % 32 ^ distance]; }
DEVICE unsigned long across(unsigned long x, int distance)
{
    return (unsigned)across((int)x, distance) | (unsigned long)across((int)(x >> 32), distance) << 32;
}

DEVICE uint4x load(const void *p)
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

// Results of products are no numbers until end_products().
void multiply_tile(float (&sum)[8][4], const float (&products)[8][4], bool add);

DEVICE void settle(float (&)[8][4]) {}

// A number of a tile that begins at a multiple of 1024, or some rows or columns behind one.
DEVICE float tile_number(unsigned from, int row, int column)
{
    const unsigned address = from + row * 128 + column * 2;
    return widen(*shared_at(address ^ (address >> 3 & 0x70)));
}

DEVICE void multiply_tiles(float (&sum)[8][4], unsigned a, unsigned b, bool add)
{
    float products[8][4] = {};
    // All lanes come together.
    meet(Call::MultiplyTiles, &a, sizeof a);
    for (int i = 0; i < 8; i++)
    {
        for (int j = 0; j < 4; j++)
        {
            const int row = thread() / 32 % 4 * 16 + thread() % 32 / 4 + j / 2 * 8, column = i * 8 + thread() % 4 * 2 + j % 2;
            for (int k = 0; k < 16; k++)
            {
                products[i][j] += tile_number(a, row, k) * tile_number(b, column, k);
            }
        }
    }

    multiply_tile(sum, products, add);
}

DEVICE void multiply_tiles(float (&sum)[8][4], const unsigned (&a)[4], unsigned b)
{
    float products[8][4] = {};
    const void *const *all = meet(Call::MultiplyTiles, a, sizeof a);
    for (int i = 0; i < 8; i++)
    {
        for (int j = 0; j < 4; j++)
        {
            const int row = thread() % 32 / 4 + j / 2 * 8, column = i * 8 + thread() % 4 * 2 + j % 2;
            for (int k = 0; k < 16; k++)
            {
                const unsigned two = ((const unsigned *)all[row % 8 * 4 + k % 8 / 2])[row / 8 + k / 8 * 2];
                products[i][j] += widen((half)(two >> k % 2 * 16)) * tile_number(b, k, column);
            }
        }
    }

    multiply_tile(sum, products, true);
}
