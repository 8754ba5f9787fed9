// What kernels.cu needs of a GPU, by its instructions (PTX ISA, compute capability 8.0). The tests have a file of the same name that does the same on a CPU.

#define KERNEL extern "C" __attribute__((global)) void
#define DEVICE static inline __attribute__((device, always_inline))
#define SHARED __attribute__((shared, aligned(16))) static

// Says how many threads a block has.
#define BOUND(threads) __attribute__((launch_bounds(threads)))

typedef unsigned short half; // its bits
typedef unsigned uint4x __attribute__((ext_vector_type(4)));

DEVICE int thread() { return __nvvm_read_ptx_sreg_tid_x(); }
DEVICE int block_x() { return __nvvm_read_ptx_sreg_ctaid_x(); }
DEVICE int block_y() { return __nvvm_read_ptx_sreg_ctaid_y(); }

// All threads of the block have come so far, and see what the others wrote.
DEVICE void barrier() { __syncthreads(); }

DEVICE float widen(half x) { float y; asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x)); return y; }
DEVICE half narrow(float x) { half y; asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y) : "f"(x)); return y; }
DEVICE unsigned narrow2(float low, float high) { unsigned y; asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low)); return y; }
DEVICE float larger(float x, float y) { float z; asm("max.f32 %0, %1, %2;" : "=f"(z) : "f"(x), "f"(y)); return z; } // the other when one is none
DEVICE float power2(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
DEVICE float logarithm2(float x) { float y; asm("lg2.approx.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
DEVICE float reciprocal(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }

// What the lane of the warp has whose number differs in the bits of distance.
DEVICE float across(float x, int distance) { return __nvvm_shfl_sync_bfly_f32(0xffffffff, x, distance, 0x1f); }
DEVICE int across(int x, int distance) { return __nvvm_shfl_sync_bfly_i32(0xffffffff, x, distance, 0x1f); }

// 16 bytes that are read once: they need not push out of the cache what is read again.
DEVICE uint4x load(const half *p)
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
