// What kernels.cu needs of a GPU, by its instructions (PTX ISA, compute capability 8.0). The tests have a file of the same name that does the same on a CPU.

#define KERNEL extern "C" __attribute__((global)) void
#define METHOD inline __attribute__((device, always_inline))
#define DEVICE static METHOD
#define SHARED __attribute__((shared, aligned(16))) static
#define SHARED_TILES __attribute__((shared, aligned(1024))) static // for products of groups of warps, which find their tiles by these bits of an address

// Says how many threads a block has, and how many blocks there is to be room for on a multiprocessor.
#define BOUND(threads, blocks) __attribute__((launch_bounds(threads, blocks)))

typedef unsigned short half; // its bits
typedef signed char code;    // of a number in 8 bits
typedef unsigned uint4x __attribute__((ext_vector_type(4)));

DEVICE int thread() { return __nvvm_read_ptx_sreg_tid_x(); }
DEVICE int block_x() { return __nvvm_read_ptx_sreg_ctaid_x(); }
DEVICE int block_y() { return __nvvm_read_ptx_sreg_ctaid_y(); }

// All threads of the block have come so far, and see what the others wrote.
DEVICE void barrier() { __syncthreads(); }

DEVICE float widen(half x) { float y; asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x)); return y; }
DEVICE half narrow(float x) { half y; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x)); return y; }
DEVICE unsigned narrow2(float low, float high) { unsigned y; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low)); return y; }
DEVICE int nearest(float x) { int y; asm("cvt.rni.s32.f32 %0, %1;" : "=r"(y) : "f"(x)); return y; } // of two the even one
DEVICE float larger(float x, float y) { float z; asm("max.f32 %0, %1, %2;" : "=f"(z) : "f"(x), "f"(y)); return z; } // the other when one is none
DEVICE float larger_or_none(float x, float y) { float z; asm("max.NaN.f32 %0, %1, %2;" : "=f"(z) : "f"(x), "f"(y)); return z; } // none when one is
DEVICE float power2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
DEVICE float logarithm2(float x) { float y; asm("lg2.approx.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
DEVICE float reciprocal(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }

// Two numbers of 16 bits at a time.
DEVICE unsigned add2(unsigned x, unsigned y) { unsigned z; asm("add.rn.f16x2 %0, %1, %2;" : "=r"(z) : "r"(x), "r"(y)); return z; }
DEVICE unsigned multiply_add2(unsigned x, unsigned y, unsigned z) { unsigned w; asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(w) : "r"(x), "r"(y), "r"(z)); return w; }

// Four bytes, the lowest first, by the digits of which: 0 to 3 of x, 4 to 7 of y.
DEVICE unsigned bytes(unsigned x, unsigned y, unsigned which) { unsigned z; asm("prmt.b32 %0, %1, %2, %3;" : "=r"(z) : "r"(x), "r"(y), "n"(which)); return z; }

// sum + products of four bytes with sign and four of the same, or four without.
DEVICE int dot(unsigned x, unsigned y, int sum) { int z; asm("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(z) : "r"(x), "r"(y), "r"(sum)); return z; }
DEVICE int dot_unsigned(unsigned x, unsigned y, int sum) { int z; asm("dp4a.s32.u32 %0, %1, %2, %3;" : "=r"(z) : "r"(x), "r"(y), "r"(sum)); return z; }

// What the lane of the warp has whose number differs in the bits of distance.
DEVICE float across(float x, int distance) { return __nvvm_shfl_sync_bfly_f32(0xffffffff, x, distance, 0x1f); }
DEVICE int across(int x, int distance) { return __nvvm_shfl_sync_bfly_i32(0xffffffff, x, distance, 0x1f); }
DEVICE unsigned long across(unsigned long x, int distance)
{
    return (unsigned)across((int)x, distance) | (unsigned long)across((int)(x >> 32), distance) << 32;
}

// 16 bytes that are read once: they need not push out of the cache what is read again.
DEVICE uint4x load(const void *p)
{
    uint4x v;
    asm volatile("ld.global.L1::no_allocate.v4.u32 {%0, %1, %2, %3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p));
    return v;
}

// Where numbers lie in the shared memory: bytes.
DEVICE unsigned shared_address(const half *p)
{
    unsigned address;
    asm("{ .reg .u64 a; cvta.to.shared.u64 a, %1; cvt.u32.u64 %0, a; }" : "=r"(address) : "l"(p));
    return address;
}

// The same, of which the compiler knows nothing: it keeps sums of it and constants in no registers.
DEVICE unsigned opaque(unsigned x) { asm volatile("" : "+r"(x)); return x; }

DEVICE void store_shared(unsigned shared, uint4x v)
{
    asm volatile("st.shared.v4.u32 [%0], {%1, %2, %3, %4};" : : "r"(shared), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w) : "memory");
}

// Copies 16 bytes, or zeros, to the block's shared memory, some time before arrived() returns.
DEVICE void fetch(unsigned shared, const half *global, bool wanted)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" : : "r"(shared), "l"(global), "r"(wanted ? 16 : 0) : "memory");
}

// Ends a group of copies.
DEVICE void end_group() { asm volatile("cp.async.commit_group;" : : : "memory"); }

// Waits for this thread's groups but the last, or for all.
DEVICE void arrived_but_last() { asm volatile("cp.async.wait_group 1;" : : : "memory"); }
DEVICE void arrived() { asm volatile("cp.async.wait_group 0;" : : : "memory"); }

// Four matrices of 8 rows of 8 numbers. Lanes 8 i to 8 i + 7 name the rows of matrix i; of each a lane gets numbers 2 (lane % 4) and one more of row lane / 4,
// or, turned, of column lane / 4.
DEVICE void matrices(unsigned (&to)[4], unsigned row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(row) : "memory");
}

DEVICE void matrices_turned(unsigned (&to)[4], unsigned row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3]) : "r"(row) : "memory");
}

// sum [16, 8] += a [16, 16] times b [16, 8]. With g = lane / 4 and c = 2 (lane % 4) a lane has
//   of sum (g, c), (g, c + 1), (g + 8, c), (g + 8, c + 1);
//   of a two numbers at (g, c), (g + 8, c), (g, c + 8), (g + 8, c + 8), beside each other;
//   of b two numbers at (c, g), (c + 8, g), below each other.
DEVICE void multiply_add(float (&sum)[4], const unsigned (&a)[4], unsigned b0, unsigned b1)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Products by groups of four warps (compute capability 9.0, and no later one). A group multiplies a tile of 64 rows with one of 64 rows that lies in the shared
// memory, a row of 64 numbers behind the other; the 16 bytes i of row r are at place i ^ r % 8, so that those of a column lie in different banks.

// This thread's copies to the shared memory are there for products, once all threads have come to a barrier.
DEVICE void show_products() { asm volatile("fence.proxy.async.shared::cta;" : : : "memory"); }

DEVICE void begin_products() { asm volatile("wgmma.fence.sync.aligned;" : : : "memory"); }

// Waits for the products.
DEVICE void end_products() { asm volatile("wgmma.commit_group.sync.aligned;\n\twgmma.wait_group.sync.aligned 0;" : : : "memory"); }

// The sums of products are read, or changed, behind what was said before and not ahead of it.
DEVICE void settle(float (&sums)[8][4])
{
#pragma unroll
    for (int i = 0; i < 8; i++)
    {
        asm volatile("" : "+f"(sums[i][0]), "+f"(sums[i][1]), "+f"(sums[i][2]), "+f"(sums[i][3]) : : "memory");
    }
}

// Says where a tile begins, or 16 of its rows or columns; that 8 rows are 1024 bytes; and that bytes are at places as above.
DEVICE unsigned long tile(unsigned shared) { return (shared & 0x3ffff) >> 4 | 64ul << 16 | 64ul << 32 | 1ul << 62; }

#define TILE_SUMS \
    "+f"(sum[0][0]), "+f"(sum[0][1]), "+f"(sum[0][2]), "+f"(sum[0][3]), "+f"(sum[1][0]), "+f"(sum[1][1]), "+f"(sum[1][2]), "+f"(sum[1][3]), \
    "+f"(sum[2][0]), "+f"(sum[2][1]), "+f"(sum[2][2]), "+f"(sum[2][3]), "+f"(sum[3][0]), "+f"(sum[3][1]), "+f"(sum[3][2]), "+f"(sum[3][3]), \
    "+f"(sum[4][0]), "+f"(sum[4][1]), "+f"(sum[4][2]), "+f"(sum[4][3]), "+f"(sum[5][0]), "+f"(sum[5][1]), "+f"(sum[5][2]), "+f"(sum[5][3]), \
    "+f"(sum[6][0]), "+f"(sum[6][1]), "+f"(sum[6][2]), "+f"(sum[6][3]), "+f"(sum[7][0]), "+f"(sum[7][1]), "+f"(sum[7][2]), "+f"(sum[7][3])

#define MULTIPLY_TILES \
    "wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, " \
    "%21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}, "

// sum [64, 64] = or += a [64, 16] times b [64, 16] turned: 16 columns each of two tiles. A lane has of each 8 columns of sum what it has in multiply_add, of
// the 16 rows of its warp.
DEVICE void multiply_tiles(float (&sum)[8][4], unsigned a, unsigned b, bool add)
{
    asm volatile("{\n\t.reg .pred p;\n\tsetp.ne.b32 p, %34, 0;\n\t" MULTIPLY_TILES "%32, %33, p, 1, 1, 0, 0;\n\t}"
        : TILE_SUMS : "l"(tile(a)), "l"(tile(b)), "r"((int)add));
}

// sum [64, 64] += a [64, 16], as in multiply_add, times b [16, 64], 16 rows of a tile.
DEVICE void multiply_tiles(float (&sum)[8][4], const unsigned (&a)[4], unsigned b)
{
    asm volatile(MULTIPLY_TILES "{%32, %33, %34, %35}, %36, 1, 1, 1, 1;" : TILE_SUMS : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(tile(b)));
}
